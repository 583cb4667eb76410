import { type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM, type Stream } from '../../src/random/streams.ts'

/** What differs from chip to chip and then stays. */
export interface MismatchOptions {
  /** Deviation of each of the four activation constants (see `Neurons`). */
  readonly activation: number
  /** Deviation of a weight's gain, relative. */
  readonly weightGain: number
  /** Deviation of a weight's offset, V. */
  readonly weightOffset: number
  /** Share of parameters stuck at 0 V. */
  readonly dead: number
}

/**
 * Activation constants per neuron: y = scale f(slope (z - shift)) + lift, the four-way defect of McCaughan et al.
 * (2023, code in `cpu/wmgd.jl`): scale, slope ~ N(1, sigma), shift, lift ~ N(0, sigma), drawn once per chip.
 */
export interface Neurons {
  readonly scale: Float64Array
  readonly slope: Float64Array
  readonly shift: Float64Array
  readonly lift: Float64Array
}

export function drawNeurons(spec: ChipSpec, sigma: number, seed: number): Neurons {
  const { neurons } = chipLayout(spec)
  const source = draws(seed, STREAM.activationDefects)
  const normals = (kind: number, mean: number) =>
    Float64Array.from({ length: neurons }, (_, n) => mean + (sigma === 0 ? 0 : sigma * source.normal(4 * n + kind)))
  return { scale: normals(0, 1), slope: normals(1, 1), shift: normals(2, 0), lift: normals(3, 0) }
}

export function isIdeal(neurons: Neurons): boolean {
  return (
    neurons.scale.every((v) => v === 1) &&
    neurons.slope.every((v) => v === 1) &&
    neurons.shift.every((v) => v === 0) &&
    neurons.lift.every((v) => v === 0)
  )
}

/** What a stored voltage becomes at the multiplier: gain * v + offset, 0 where dead. */
export interface Multipliers {
  readonly gain: Float64Array
  readonly offset: Float64Array
}

export function drawMultipliers(spec: ChipSpec, options: MismatchOptions, seed: number): Multipliers {
  const { paramCount } = chipLayout(spec)
  const spread = (stream: Stream, mean: number, sigma: number) => {
    const source = draws(seed, stream)
    return Float64Array.from({ length: paramCount }, (_, i) => mean + (sigma === 0 ? 0 : sigma * source.normal(i)))
  }
  const gain = spread(STREAM.weightGain, 1, options.weightGain)
  const offset = spread(STREAM.weightOffset, 0, options.weightOffset)
  const fate = draws(seed, STREAM.deadElements)
  for (let i = 0; i < paramCount; i++) {
    if (fate.uniform(i) >= options.dead) continue
    gain[i] = 0
    offset[i] = 0
  }
  return { gain, offset }
}
