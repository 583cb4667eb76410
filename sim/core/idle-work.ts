import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import { drainOf } from '../../devices/neuromorphic-core/presentation.ts'
import { coreLayout } from '../../devices/neuromorphic-core/theta.ts'
import { chipEngine } from '../../src/kernels/core/engine.ts'
import { WORDS } from '../../src/kernels/core/settings.ts'
import { coreProgram } from './program.ts'

/**
 * Synaptic operations of one presentation in the ticks in which a core does not hear of what is shown: as many as in the
 * drain of a presentation without input, where all ways are equally long.
 *
 * The function takes bits (one byte per crossing, as theta has them) and theta.
 */
export function idleWork(network: CoreNetwork): (bits: Uint8Array, theta: Float64Array) => number {
  const drain = drainOf(network)
  const layout = coreLayout(network)
  const engine = chipEngine(coreProgram(network))
  const counts = new Int32Array(network.outputs)
  return (bits, theta) => {
    layout.cores.forEach(({ axons, neurons, crossbar: first, neuron }, c) => {
      const { crossbar, leak, threshold } = engine.program.cores[c]
      crossbar.fill(0)
      for (let a = 0; a < axons; a++)
        for (let j = 0; j < neurons; j++)
          if (bits[first + a * neurons + j] !== 0) crossbar[a * WORDS + (j >> 5)] |= 1 << (j & 31)
      for (let j = 0; j < neurons; j++) {
        leak[j] = Math.floor(theta[layout.leak + neuron + j] + 0.5)
        threshold[j] = Math.floor(theta[layout.threshold + neuron + j] + 0.5)
      }
      engine.changed(c)
    })
    const before = engine.operations
    engine.rest()
    for (let tick = 0; tick < drain; tick++) engine.tick(tick, counts)
    return engine.operations - before
  }
}
