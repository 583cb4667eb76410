import { RANGES } from '../../devices/neuromorphic-core/network.ts'
import type { CoreLayout } from '../../devices/neuromorphic-core/theta.ts'
import type { ChipProgram } from '../../src/kernels/core/program.ts'
import { SIZE, TYPES, WORDS } from '../../src/kernels/core/settings.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** What may be wrong with a simulated core; drawn once per core unless it says otherwise. */
export interface CoreImperfections {
  /** Deviation of the gain of every weight (per neuron and axon type), relative; the weight stays a whole number. */
  readonly weightMismatch: number
  /** Deviation of every threshold, in units of potential; it stays a whole number. */
  readonly thresholdMismatch: number
  /** Share of synapses that are open, and closed, whatever is stored. */
  readonly stuckOpen: number
  readonly stuckClosed: number
  /** Deviation of the rate at which a leak wanders off, per hour; it acts as a whole number. */
  readonly leakDrift: number
  /** Probability that a spike is lost on its way, drawn for every spike. */
  readonly spikeLoss: number
}

/** What is wrong with the synapses of one core, as sets like its crossbar: `open` has a 0, `shut` a 1 where one is stuck. */
export interface StuckSynapses {
  readonly open: Uint32Array
  readonly shut: Uint32Array
}

/** Effective weights: rounded products of weight and gain. */
export function mismatchWeights(program: ChipProgram, mismatch: number, seed: number): void {
  if (mismatch === 0) return
  const source = draws(seed, STREAM.coreWeights)
  const { min, max } = RANGES.weight
  program.cores.forEach(({ weight }, c) => {
    for (let i = 0; i < weight.length; i++) {
      const gain = 1 + mismatch * source.normal(c * SIZE * TYPES + i)
      weight[i] = Math.min(Math.max(Math.round(gain * weight[i]), min), max)
    }
  })
}

/** One normal number per neuron, core by core, times `deviation`. */
export function perNeuron(
  { neurons }: CoreLayout,
  deviation: number,
  seed: number,
  stream: typeof STREAM.coreThresholds | typeof STREAM.coreLeaks,
): Float64Array {
  const source = draws(seed, stream)
  return Float64Array.from({ length: neurons }, (_, n) => (deviation === 0 ? 0 : deviation * source.normal(n)))
}

/** Draws the stuck synapses of every core; a synapse has one fate. */
export function drawStuck(
  { cores }: CoreLayout,
  { stuckOpen, stuckClosed }: Pick<CoreImperfections, 'stuckOpen' | 'stuckClosed'>,
  seed: number,
): readonly StuckSynapses[] {
  const fate = draws(seed, STREAM.coreStuck)
  return cores.map(({ axons, neurons, crossbar }) => {
    const open = new Uint32Array(SIZE * WORDS).fill(0xffffffff)
    const shut = new Uint32Array(SIZE * WORDS)
    if (stuckOpen + stuckClosed === 0) return { open, shut }
    for (let a = 0; a < axons; a++) {
      for (let j = 0; j < neurons; j++) {
        const drawn = fate.uniform(crossbar + a * neurons + j)
        const at = a * WORDS + (j >> 5)
        if (drawn < stuckOpen) open[at] &= ~(1 << (j & 31))
        else if (drawn < stuckOpen + stuckClosed) shut[at] |= 1 << (j & 31)
      }
    }
    return { open, shut }
  })
}
