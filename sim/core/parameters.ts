import { type CoreNetwork, RANGES } from '../../devices/neuromorphic-core/network.ts'
import type { Synapses } from '../../devices/neuromorphic-core/sheet.ts'
import { type CoreLayout, type CoreOffsets, coreLayout } from '../../devices/neuromorphic-core/theta.ts'
import { closed, SynapseDraws } from '../../src/kernels/core/member.ts'
import type { ChipEngine } from '../../src/kernels/core/program.ts'
import { WORDS } from '../../src/kernels/core/settings.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type CoreImperfections, drawStuck, perNeuron, type StuckSynapses } from './imperfections.ts'

const SECONDS_PER_HOUR = 3600

export interface CoreParameterOptions {
  readonly network: CoreNetwork
  readonly engine: ChipEngine
  readonly synapses: Synapses
  readonly imperfections: CoreImperfections
  /** Of the member. */
  readonly seed: number
  readonly slotSeconds: number
}

/** Puts numbers as the banks have them into the settings of an engine's cores: draws, rounding, faults. */
export class CoreParameters {
  readonly #options: CoreParameterOptions
  readonly #layout: CoreLayout
  readonly #draws: SynapseDraws
  /** A number per synapse, one more where their count is odd: draws come in pairs. */
  readonly #words: Uint32Array
  readonly #stuck: readonly StuckSynapses[]
  readonly #thresholds: Float64Array
  readonly #leaks: Float64Array

  constructor(options: CoreParameterOptions) {
    const { network, synapses, imperfections, seed } = options
    this.#options = options
    const layout = coreLayout(network)
    this.#layout = layout
    this.#draws = new SynapseDraws(seed)
    this.#words = new Uint32Array(synapses === 'bits' ? 0 : layout.synapses + (layout.synapses % 2))
    if (synapses === 'held') this.#draws.words(0, this.#words)
    this.#stuck = drawStuck(layout, imperfections, seed)
    this.#thresholds = perNeuron(layout, imperfections.thresholdMismatch, seed, STREAM.coreThresholds)
    this.#leaks = perNeuron(layout, imperfections.leakDrift, seed, STREAM.coreLeaks)
  }

  /** Sets every core to `values` (theta, or theta plus a perturbation) for a slot, and tells the engine what changed. */
  write(values: Float64Array, slot: number): void {
    const { engine, synapses } = this.#options
    if (synapses === 'fresh') this.#draws.words(1 + slot, this.#words)
    this.#layout.cores.forEach((core, c) => {
      if (this.#connect(values, core, c)) engine.changed(c, 'crossbar')
    })
    this.#tune(values, slot)
  }

  /** Brings what was written for an earlier slot to this one: draws that are made anew, leaks that wander. */
  age(values: Float64Array, slot: number): void {
    const { synapses, imperfections } = this.#options
    if (synapses === 'fresh') this.write(values, slot)
    else if (imperfections.leakDrift > 0) this.#tune(values, slot)
  }

  #tune(values: Float64Array, slot: number): void {
    const { engine, slotSeconds } = this.#options
    const hours = (slot * slotSeconds) / SECONDS_PER_HOUR
    this.#layout.cores.forEach((core, c) => {
      if (this.#adjust(values, core, c, hours)) engine.changed(c, 'neurons')
    })
  }

  /** Closes and opens synapses; true if any changed. */
  #connect(values: Float64Array, { axons, neurons, crossbar: first }: CoreOffsets, c: number): boolean {
    const { crossbar } = this.#options.engine.program.cores[c]
    const { open, shut } = this.#stuck[c]
    const words = this.#words
    const bits = this.#options.synapses === 'bits'
    let changed = false
    for (let a = 0; a < axons; a++) {
      const row = first + a * neurons
      for (let from = 0, at = a * WORDS; from < neurons; from += 32, at++) {
        const end = Math.min(from + 32, neurons)
        let set = 0
        for (let j = from; j < end; j++) {
          const c = values[row + j]
          if (bits ? c >= 0.5 : closed(words[row + j], c)) set |= 1 << (j & 31)
        }
        set = ((set & open[at]) | shut[at]) >>> 0
        if (set !== crossbar[at]) changed = true
        crossbar[at] = set
      }
    }
    return changed
  }

  /** Sets leaks and thresholds; true if any changed. */
  #adjust(values: Float64Array, { neurons, neuron }: CoreOffsets, c: number, hours: number): boolean {
    const { leak, threshold } = this.#options.engine.program.cores[c]
    const layout = this.#layout
    let changed = false
    for (let j = 0; j < neurons; j++) {
      const n = neuron + j
      const lambda = whole(values[layout.leak + n] + hours * this.#leaks[n], RANGES.leak)
      const alpha = whole(values[layout.threshold + n] + this.#thresholds[n], RANGES.threshold)
      if (lambda !== leak[j] || alpha !== threshold[j]) changed = true
      leak[j] = lambda
      threshold[j] = alpha
    }
    return changed
  }
}

/** The nearest whole number, half up, within a range. */
function whole(value: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(Math.max(Math.floor(value + 0.5), min), max)
}
