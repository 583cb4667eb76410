import { type Activation, type ChipSpec, chipSheet } from '../../devices/mgd-chip.ts'
import type { CodedBody } from '../body.ts'
import { Readout } from '../imperfections/readout.ts'
import { type Simulator, simulator } from '../simulator.ts'
import { ChipBody } from './body.ts'
import { oracle } from './engine.ts'
import { makeNet } from './forward.ts'
import { drawGainRates } from './gain-drift.ts'
import { GENERATED_LIMIT, generated } from './generated.ts'
import { drawMultipliers, drawNeurons } from './mismatch.ts'
import { chipPreset, type Imperfections } from './presets.ts'
import { simd } from './simd.ts'

const ENGINES = { oracle, generated, simd } as const

export interface MgdChipOptions {
  /** Neurons per layer from the input on: [2, 2, 1]. */
  readonly layers: readonly number[]
  /** Default sigmoid. */
  readonly activation?: Activation
  /** A transfer curve of every neuron in place of `activation`: output in V for a net input in V. */
  readonly transfer?: TransferCurve
  /** A name from `CHIP_PRESETS`; default "ideal". */
  readonly preset?: string
  /** Changes to the preset. */
  readonly imperfections?: Partial<Imperfections>
  /** Which chip: its mismatch, noise and drift; default 1. */
  readonly seed?: number
  /** Most slots per exchange; default 65 535. */
  readonly maxSlots?: number
  /** Settle and conversion time of one slot, seconds; default 1 us. */
  readonly slotSeconds?: number
  /** Which inner loop; all give the same bits. Default by size. */
  readonly engine?: keyof typeof ENGINES
}

/** A transfer curve with the text it is recorded by, see `chipSettings`. */
export interface TransferCurve {
  readonly text: string
  readonly curve: (z: number) => number
}

/** The body of a simulated analog multilayer perceptron, for wrappers and servers. */
export function chipBody(options: MgdChipOptions): CodedBody {
  const spec: ChipSpec = { layers: options.layers, activation: options.activation ?? 'sigmoid' }
  const preset = options.preset ?? 'ideal'
  const imperfections: Imperfections = { ...chipPreset(preset).imperfections, ...options.imperfections }
  const seed = options.seed ?? 1
  const { transfer } = options
  const sheet = chipSheet(spec, {
    kind: 'simulator',
    identity: `${spec.layers.join('-')} ${transfer?.text ?? spec.activation}, ${preset}${options.imperfections ? ' changed' : ''}, chip ${seed}`,
    converters: imperfections.converters,
    noise: imperfections.readNoise,
    maxSlots: options.maxSlots ?? 65535,
    slotSeconds: options.slotSeconds ?? 1e-6,
    repeatable: true,
    settings: { preset, imperfections, seed, ...(transfer && { transfer: transfer.text }) },
  })
  const net = makeNet(spec, drawNeurons(spec, imperfections.activation, seed), transfer?.curve)
  const wide = transfer === undefined ? 'simd' : 'oracle'
  const fastest = net.layout.paramCount <= GENERATED_LIMIT ? 'generated' : wide
  const engine = ENGINES[options.engine ?? fastest]
  const inner = spec.layers.slice(1, -1).map((width) => ({ ...sheet.sense, width }))
  const body = new ChipBody({
    sheet,
    engine: engine(net),
    ...(inner.length > 0 && { hidden: { layers: inner, engine: () => engine({ ...net, reads: 'neurons' }) } }),
    multipliers: drawMultipliers(spec, imperfections, seed),
    converters: imperfections.converters,
    leakSeconds: imperfections.leakSeconds,
    gainRates: drawGainRates(spec, imperfections, seed),
  })
  return new Readout(body, { drift: imperfections.readDrift, seed })
}

/** A simulated analog multilayer perceptron chip (`devices/mgd-chip.ts` says what it means), with `codes` and `state`. */
export function mgdChip(options: MgdChipOptions): Simulator {
  return simulator(chipBody(options))
}
