import { type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import type { Unit } from '../../src/contract/sheet.ts'
import type { TwinBank } from '../../src/twins/twin.ts'

/** How far chips of one make lie from their design, one standard deviation each; 0 leaves the parameters out of the twin. */
export interface ChipPriors {
  /** Gain of every stored parameter, relative. */
  readonly weightGain: number
  /** Offset of every stored parameter, V. */
  readonly weightOffset: number
  /** Each of a neuron's scale (V), slope (1/V), shift (V) and lift (V). */
  readonly activation: number
}

/** Mismatch of 20 %, with offsets as small as a converter's zero error; round numbers of ours. */
export const USUAL_PRIORS: ChipPriors = { weightGain: 0.2, weightOffset: 0.02, activation: 0.2 }

const CONSTANTS = ['gain', 'offset', 'scale', 'slope', 'shift', 'lift'] as const

type Constant = (typeof CONSTANTS)[number]

const PRIORS: { readonly [C in Constant]: keyof ChipPriors } = {
  gain: 'weightGain',
  offset: 'weightOffset',
  scale: 'activation',
  slope: 'activation',
  shift: 'activation',
  lift: 'activation',
}

const UNITS: { readonly [C in Constant]: Unit } = {
  gain: '1',
  offset: 'V',
  scale: 'V',
  slope: '1/V',
  shift: 'V',
  lift: 'V',
}

/** As designed: every voltage acts as it was stored, every neuron is its curve. */
const DESIGN: { readonly [C in Constant]: number } = { gain: 1, offset: 0, scale: 1, slope: 1, shift: 0, lift: 0 }

/** The twin's own parameters, those that are known exactly left out. */
export function chipBanks(spec: ChipSpec, priors: ChipPriors): readonly TwinBank[] {
  const { paramCount, neurons } = chipLayout(spec)
  return CONSTANTS.map((name) => ({
    name,
    width: name === 'gain' || name === 'offset' ? paramCount : neurons,
    unit: UNITS[name],
    start: DESIGN[name],
    spread: priors[PRIORS[name]],
  })).filter(({ spread }) => spread > 0)
}

/** The constants of a chip as arrays, and their way from and to the flat parameters of the twin. */
export interface ChipConstants extends Readonly<Record<Constant, Float64Array>> {
  /** Reads them from the twin's parameters; those without a bank stay as designed. */
  take(parameters: Float64Array): void
  /** Writes those that have a bank. */
  give(parameters: Float64Array): void
  clear(): void
}

export function chipConstants(
  banks: readonly TwinBank[],
  parameters: Float64Array,
  { paramCount, neurons }: { readonly paramCount: number; readonly neurons: number },
): ChipConstants {
  const array = (name: Constant) =>
    new Float64Array(name === 'gain' || name === 'offset' ? paramCount : neurons).fill(DESIGN[name])
  const values: Record<Constant, Float64Array> = {
    gain: array('gain'),
    offset: array('offset'),
    scale: array('scale'),
    slope: array('slope'),
    shift: array('shift'),
    lift: array('lift'),
  }
  let first = 0
  const places = banks.map(({ name, width }) => {
    const place = { values: values[name as Constant], first, end: first + width }
    first += width
    return place
  })
  const take = (from: Float64Array) => {
    for (const place of places) for (let i = place.first; i < place.end; i++) place.values[i - place.first] = from[i]
  }
  take(parameters)
  return {
    ...values,
    take,
    give(to) {
      for (const place of places) to.set(place.values, place.first)
    },
    clear() {
      for (const name of CONSTANTS) values[name].fill(0)
    },
  }
}
