import { type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const ports = { inputs: ['0.q', '1.p'], outputs: ['2.q', '3.q', '3.p'] }
const learning = { mass: 0.5, decay: 40 }
const wide = { min: -4, max: 4, step: 0, safe: 0 }

/** One machine of every kind of learning field, with two inputs and three outputs. */
export const MACHINES = {
  chain: { ...ports, field: { kind: 'phi-4', columns: 6 }, time: 4, step: 0.05 },
  'learning chain': {
    ...ports,
    learning,
    field: { kind: 'fput', columns: 6, beta: 0.2, site: 0.5 },
    time: 4,
    step: 0.05,
  },
  'plane of moving sites': {
    ...ports,
    learning,
    field: { kind: 'sine-gordon', rows: 2, columns: 3, learn: 'sites', inertia: 30 },
    time: 3,
    step: 0.05,
    integrator: 'yoshida-4',
  },
  cavities: { ...ports, learning, field: { kind: 'kerr-cavities' }, time: 4, step: 0.04 },
  'moving potential': {
    ...ports,
    learning,
    field: { kind: 'schrodinger', columns: 8, inertia: 20 },
    time: 3,
    step: 0.05,
    theta: wide,
  },
  combs: { ...ports, learning, field: { kind: 'combs', lines: 8 }, time: 4, step: 0.05 },
} as const satisfies Record<string, WaveOptions>

export type MachineName = keyof typeof MACHINES
export const NAMES = Object.keys(MACHINES) as MachineName[]
export const LEARNING = NAMES.filter((name) => name !== 'chain')

const { uniform } = draws(11, STREAM.testInputs)
const numbers = (count: number, low: number, high: number, first: number) =>
  Float64Array.from({ length: count }, (_, i) => low + (high - low) * uniform(first + i))

/** A machine behind its handle, parameters within its limits, a passage of so many frames, and slopes of a loss of it. */
export function machineOf(given: WaveOptions, frames = 1) {
  const options: WaveOptions = given
  const backend = waveSimulator(options)
  const device = attach(backend)
  const [{ min, safe }] = device.sheet.banks
  const theta = numbers(paramCount(device.sheet), min < 0 ? -0.4 : safe - 0.4, safe + 0.4, 0)
  const drive = numbers(frames * options.inputs.length, -0.5, 0.5, 500)
  const targets = numbers(frames * options.outputs.length, -0.5, 0.5, 900)
  const slopesOf = (output: Float64Array) => output.map((value, i) => value - targets[i])
  return { options, backend, device, theta, drive, slopesOf }
}

/** What the machine holds. */
export async function held({ device, theta }: Pick<ReturnType<typeof machineOf>, 'device' | 'theta'>) {
  const into = new Float64Array(theta.length)
  await device.echo.learning?.read(into)
  return into
}
