import { referenceGradient, type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import { echoGradient } from '../../src/rules/echo/contrast.ts'

/**
 * The gradient of a cost at every frame of a chain of phi-4 oscillators, by echoes or by backpropagation through time.
 * Usage: wave-memory-child.ts echoes|backpropagation <sites> <frames> <steps a frame>; prints the peak memory of the
 * process in bytes and the size of the gradient.
 */
const way = process.argv[2]
const [columns, frames, steps] = process.argv.slice(3).map(Number)
const STEP = 0.05
const options: WaveOptions = {
  field: { kind: 'phi-4', columns },
  inputs: ['0.q'],
  outputs: ['8.q'],
  time: steps * STEP,
  step: STEP,
}
const device = attach(waveSimulator(options))
const theta = new Float64Array(paramCount(device.sheet)).fill(1)
await device.store(theta)
const drive = Float64Array.from({ length: frames }, (_, n) => 0.3 * Math.cos(n))
const slopesOf = (y: Float64Array) => y.map((value) => value - 0.1)
const found =
  way === 'echoes'
    ? await echoGradient(device, drive, slopesOf, { eps: 1e-4 })
    : referenceGradient(options, theta, drive, slopesOf)
console.log(process.resourceUsage().maxRSS * 1024, Math.hypot(...found.theta))
