import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import { chipEngine, type EngineOptions } from '../../src/kernels/core/engine.ts'
import { coreProgram } from './program.ts'

/** A spike on an input line. */
export interface LineSpike {
  readonly tick: number
  readonly line: number
}

export interface TraceOptions extends EngineOptions {
  /** How many, from rest; random numbers are those of ticks 0 to `ticks` - 1. */
  readonly ticks: number
  /** In place of the network's own. */
  readonly seed?: number
}

/** What one tick left behind, core by core. */
export interface TracedTick {
  readonly tick: number
  /** Input lines that spiked. */
  readonly input: readonly number[]
  /** Neurons that spiked, a set of words per core. */
  readonly spikes: readonly Uint32Array[]
  /** Potentials after the reset. */
  readonly potentials: readonly Int32Array[]
  /** Spikes of this tick, one count per output line. */
  readonly outputs: Int32Array
  /** Synaptic operations since the beginning. */
  readonly operations: number
}

/**
 * Runs a network tick by tick from rest and yields what each left behind. The network must have passed `checkNetwork`, and
 * the lines of the drive must be there; what comes after the last tick is left out.
 */
export function* traceCores(
  network: CoreNetwork,
  drive: readonly LineSpike[],
  { ticks, seed, path }: TraceOptions,
): Iterable<TracedTick> {
  const { cores, inputs, outputs } = network
  const engine = chipEngine(coreProgram(network, seed), { ...(path && { path }) })
  const lines = new Map<number, Set<number>>()
  for (const { tick, line } of drive) lines.set(tick, (lines.get(tick) ?? new Set()).add(line))
  for (let tick = 0; tick < ticks; tick++) {
    const input = [...(lines.get(tick) ?? [])].sort((a, b) => a - b)
    for (const line of input) for (const { core, axon } of inputs[line]) engine.inject(core, axon)
    const counts = new Int32Array(outputs)
    engine.tick(tick, counts)
    yield {
      tick,
      input,
      spikes: cores.map((_, c) => engine.spikes(c)),
      potentials: cores.map((_, c) => engine.potentials(c)),
      outputs: counts,
      operations: engine.operations,
    }
  }
}

/** The heading of a trace as CSV. */
export const TRACE_HEADING = 'tick,core,neuron,spike,potential\n'

/** The rows of one tick as CSV: whether each neuron spiked, and the potential it was left with. */
export function traceRows({ cores }: CoreNetwork, { tick, spikes, potentials }: TracedTick): string {
  let rows = ''
  cores.forEach(({ neurons }, c) => {
    for (let j = 0; j < neurons.length; j++)
      rows += `${tick},${c},${j},${(spikes[c][j >> 5] >>> (j & 31)) & 1},${potentials[c][j]}\n`
  })
  return rows
}
