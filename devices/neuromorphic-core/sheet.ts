import { type Bank, type DataSheet, dataSheet, type Kind, type Port } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { CORE_ENERGY } from './energy.ts'
import { type CoreNetwork, RANGES } from './network.ts'
import { type Presentation, span, TICK_SECONDS } from './presentation.ts'
import { coreLayout } from './theta.ts'

/** What a number in the bank `crossbar` is: a bit, or the probability of one that is drawn once or in every slot. */
export const SYNAPSES = ['bits', 'held', 'fresh'] as const
export type Synapses = (typeof SYNAPSES)[number]

/** What a number of the drive is: the probability of a spike on a line, or a spike on a line in a tick. */
export const INPUTS = ['rates', 'spikes'] as const
export type CoreInput = (typeof INPUTS)[number]

export interface CoreSheetOptions extends Presentation {
  readonly kind: Kind
  readonly identity: string
  readonly synapses: Synapses
  readonly input: CoreInput
  /** Standard deviation of a count. */
  readonly noise: number
  readonly maxSlots: number
  readonly repeatable: boolean
  readonly settings?: Readonly<Record<string, unknown>>
}

/**
 * The data sheet of a neuromorphic core, or of several that are connected: a slot is one presentation.
 *
 * Drive: spike probabilities (1 x lines) or spikes (ticks x lines, tick-major). Sense: spikes counted per output line. Banks
 * as `coreLayout` has them; the safe values leave every synapse open and every neuron silent.
 */
export function coreSheet(network: CoreNetwork, options: CoreSheetOptions): DataSheet {
  const { ticks, drain, synapses, input } = options
  checkPresentation(options)
  const layout = coreLayout(network)
  const lines = network.inputs.length
  const spikes = input === 'spikes'
  const port = { unit: '1', min: 0, max: 1 }
  const drive: Port = { ...port, width: spikes ? ticks * lines : lines, step: spikes ? 1 : 0 }
  const bank = (name: string, width: number, rest: Pick<Bank, 'min' | 'max' | 'step' | 'safe'>): Bank => ({
    ...{ name, width, unit: '1', slew: Number.POSITIVE_INFINITY },
    ...rest,
  })
  return dataSheet({
    machine: 'neuromorphic-core',
    kind: options.kind,
    identity: options.identity,
    banks: [
      bank('crossbar', layout.synapses, { min: 0, max: 1, step: synapses === 'bits' ? 1 : 0, safe: 0 }),
      bank('leak', layout.neurons, { ...RANGES.leak, step: 1, safe: 0 }),
      bank('threshold', layout.neurons, { ...RANGES.threshold, step: 1, safe: RANGES.threshold.max }),
    ],
    drive,
    sense: {
      ...{ width: network.outputs, unit: '1', min: 0, max: ticks * widestLine(network), step: 1 },
      noise: options.noise,
    },
    maxSlots: options.maxSlots,
    slotSeconds: span(options) * TICK_SECONDS,
    repeatable: options.repeatable,
    settings: {
      cores: network.cores.length,
      lines,
      ticks,
      drain,
      synapses,
      input,
      ...CORE_ENERGY,
      ...options.settings,
    },
  })
}

/** Standard deviation of a count of at most this many spikes, each of them as likely there as not. */
export function drawnNoise(most: number): number {
  return Math.sqrt(most) / 2
}

/** Neurons on the output line that has most of them. */
export function widestLine({ cores, outputs }: CoreNetwork): number {
  const counts = new Uint32Array(outputs)
  for (const { neurons } of cores)
    for (const { target } of neurons) if (target !== undefined && 'output' in target) counts[target.output]++
  return counts.reduce((most, count) => Math.max(most, count), 1)
}

function checkPresentation({ ticks, drain }: Presentation): void {
  const bad = (name: string, from: number, given: number) =>
    new InsituError('CONFIG', `neuromorphic-core: ${name} must be a whole number from ${from}, got ${given}`)
  if (!Number.isSafeInteger(ticks) || ticks < 1) throw bad('ticks', 1, ticks)
  if (!Number.isSafeInteger(drain) || drain < 0) throw bad('drain', 0, drain)
}
