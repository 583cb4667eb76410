import { type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import { expandDense } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import { type Block, rowsFor, type Track } from '../../src/contract/block.ts'
import type { CheckedDevice } from '../../src/contract/device.ts'
import { dataSheet, type Port } from '../../src/contract/sheet.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { drawMultipliers, drawNeurons, type MismatchOptions } from './mismatch.ts'

export interface OffDesignOptions extends MismatchOptions {
  /** Standard deviation of one reading on top of what the chip has, V. */
  readonly readNoise: number
  /** Which chip; the same mismatch as `mgdChip` draws with this seed. */
  readonly seed: number
}

/**
 * Makes a chip of equal neurons behave as one with mismatch, wherever it is: gains and offsets of weights, slopes and shifts of
 * neurons, scales and lifts of hidden ones are all equivalent to other weights and biases, which are stored instead; scale and lift
 * of the outputs, and noise, are put on the readings, which are then rounded as the chip rounds its own.
 *
 * Equivalent values beyond the inner chip's limits are held there and counted in the next receipt. It has no facets: what a chip
 * does by itself it does without the mismatch.
 */
export function offDesign(inner: CheckedDevice, spec: ChipSpec, options: OffDesignOptions): Backend {
  const { seed, readNoise, activation, weightGain, weightOffset, dead } = options
  const { layers, outputs, neurons } = chipLayout(spec)
  const { gain, offset } = drawMultipliers(spec, options, seed)
  const { scale, slope, shift, lift } = drawNeurons(spec, activation, seed)
  const noise = draws(seed, STREAM.readNoise)
  const count = gain.length
  const banks = inner.sheet.banks.flatMap((bank) => new Array<Port>(bank.width).fill(bank))
  const sheet = dataSheet({
    ...inner.sheet,
    identity: `${inner.sheet.identity}, off design, chip ${seed}`,
    sense: { ...inner.sheet.sense, noise: Math.hypot(inner.sheet.sense.noise, readNoise) },
    settings: { ...inner.sheet.settings, offDesign: { activation, weightGain, weightOffset, dead, readNoise, seed } },
  })
  let slot = 0
  let clipped = 0
  let stored = new Float64Array(count)

  /** What the inner chip must hold to act as this one would with `theta`. */
  const equivalent = (theta: Float64Array): Float64Array => {
    const acting = theta.map((volts, i) => gain[i] * volts + offset[i])
    const into = new Float64Array(count)
    let first = 0
    for (const { inputs, outputs: width, w, b } of layers) {
      for (let o = 0; o < width; o++) {
        const steep = slope[first + o]
        let bias = acting[b + o] + shift[first + o]
        for (let j = 0; j < inputs; j++) {
          const before = first - inputs + j
          const weight = acting[w + j * width + o]
          into[w + j * width + o] = steep * weight * (first === 0 ? 1 : scale[before])
          if (first > 0) bias -= lift[before] * weight
        }
        into[b + o] = steep * bias
      }
      first += width
    }
    return into
  }
  const within = (value: number, i: number) => Math.min(Math.max(value, banks[i].min), banks[i].max)
  const held = (values: Float64Array): Float64Array =>
    values.map((value, i) => {
      if (within(value, i) !== value) clipped++
      return within(value, i)
    })
  /** Perturbations as the inner chip sees them: the difference they make to the equivalent values. */
  const perturbed = (delta: Track, slots: number): Track => {
    const rows = rowsFor(slots, delta.hold)
    const data = new Float64Array(rows * count)
    const own = equivalent(stored).map(within)
    for (let r = 0; r < rows; r++) {
      const moved = held(equivalent(stored.map((value, i) => value + delta.data[r * count + i])))
      for (let i = 0; i < count; i++) data[r * count + i] = moved[i] - own[i]
    }
    return { kind: 'track', data, hold: delta.hold }
  }
  return {
    sheet,
    async store(theta, opts?: CallOptions) {
      await inner.store(held(equivalent(theta)), opts)
      stored = theta.slice()
    },
    async measure(block: Block, into, opts?: CallOptions): Promise<Receipt> {
      const { slots, drive, delta } = block
      const dense = delta && perturbed(expandDense(delta, slots, sheet), slots)
      const receipt = await inner.measure({ slots, drive, ...(dense && { delta: dense }) }, into, opts)
      const saturated = read(into, slots)
      const counts = { clipped: receipt.clipped + clipped, saturated: receipt.saturated + saturated }
      clipped = 0
      return { ...receipt, ...counts }
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }

  /** Turns readings of the inner chip into those of this one; returns how many met an end of the range. */
  function read(into: Float64Array, slots: number): number {
    const { min, max, step } = sheet.sense
    let saturated = 0
    for (let i = 0; i < slots * outputs; i++) {
      const n = neurons - outputs + (i % outputs)
      let value = scale[n] * into[i] + lift[n]
      if (readNoise > 0) value += readNoise * noise.normal(slot * outputs + i)
      if (step > 0) value = Math.floor(value / step + 0.5) * step
      into[i] = Math.min(Math.max(value, min), max)
      if (into[i] !== value) saturated++
    }
    slot += slots
    return saturated
  }
}
