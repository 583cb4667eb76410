import { type ChipSpec, uniformTheta } from '../../../../devices/index.ts'
import { mgdChip, mgdChipTwin, type ThzEncoderOptions, thzEncoder, thzEncoderTwin } from '../../../../sim/index.ts'
import { attach, type CheckedDevice, type Device } from '../../../contract/device.ts'
import { patternsOf } from '../../../patterns/family.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { type ChainOptions, chain } from '../../../streams/chain.ts'
import { expected } from '../../../twins/ask.ts'
import { startParameters, type Twin } from '../../../twins/twin.ts'
import type { Rows } from '../../tasks/task.ts'
import { SIDE } from './scenes.ts'
import type { ChainSettings } from './settings.ts'

/** How both machines of a chain are made, and how much their readings scatter. */
export interface ChainDesign {
  readonly encoder: ThzEncoderOptions
  readonly chip: ChipSpec
  /** What the average digit gives through a wafer that lets everything pass, V. */
  readonly open: number
  /** Standard deviation of one reading of the encoder, V. */
  readonly sigma: number
}

type Made = Pick<ChainSettings, 'patterns' | 'layers' | 'noise' | 'thickness' | 'pitch'>

/** K patterns of 8x8 pixels, and a chip of K inputs, hidden neurons and ten outputs. */
export async function chainDesign(
  { patterns, layers, noise, thickness, pitch }: Made,
  digits: Rows,
): Promise<ChainDesign> {
  const encoder = { pixels: SIDE, pitch: pitch * 1e-6, patterns, wafer: { thickness: thickness * 1e-6 } }
  const whole = thzEncoderTwin({ ...encoder, patterns: 1 })
  const theta = new Float64Array(SIDE * SIDE).fill(1)
  const point = { theta, drive: digits.drive, rows: digits.rows, parameters: startParameters(whole) }
  const readings = await expected(whole, point)
  const open = readings.reduce((sum, volts) => sum + volts, 0) / digits.rows
  return { encoder, chip: { layers: [patterns, ...layers, 10], activation: 'sigmoid' }, open, sigma: noise * open }
}

/** The twins of both as designed. */
export function designTwins({ encoder, chip }: ChainDesign): { readonly encoder: Twin; readonly chip: Twin } {
  return { encoder: thzEncoderTwin(encoder), chip: mgdChipTwin(chip) }
}

/** The two machines of a chain, apart. */
export interface Halves {
  readonly encoder: Device<'state'>
  readonly chip: Device<'state'>
}

/** Simulated machines: as designed, or with the noise of the detector and the mismatch of the chip. */
export function simulatedHalves(
  { encoder, chip, sigma }: ChainDesign,
  flaws: Pick<ChainSettings, 'mismatch' | 'chipNoise'> | undefined,
  seed: number,
): Halves {
  if (flaws === undefined) return { encoder: attach(thzEncoder(encoder)), chip: attach(mgdChip(chip)) }
  const { mismatch, chipNoise } = flaws
  return {
    // A reading is the difference of two frames.
    encoder: attach(thzEncoder({ ...encoder, seed, detector: { noise: sigma / Math.SQRT2 } })),
    chip: attach(mgdChip({ ...chip, seed, imperfections: imperfectionsOf(mismatch, chipNoise) })),
  }
}

/** What a chip of this make is off by. */
export function imperfectionsOf(mismatch: number, chipNoise: number) {
  return { weightGain: mismatch, activation: mismatch, readNoise: chipNoise }
}

/** Both as one. */
export function joined({ encoder, chip }: Halves, options: ChainOptions = {}): Device<'taps' | 'state'> {
  return attach(chain(encoder, chip, options))
}

/** The first patterns in cake-cutting order, one after the other. */
export function hadamard(count: number): Float64Array {
  const family = patternsOf('hadamard cake-cutting', SIDE, SIDE, { count })
  const size = SIDE * SIDE
  const patterns = new Float64Array(count * size)
  for (let k = 0; k < count; k++) family.fill(k, patterns.subarray(k * size, (k + 1) * size))
  return patterns
}

/** Half open on average, every pixel drawn between -0.5 and 0.5. */
export function randomPatterns(count: number, seed: number): Float64Array {
  const random = draws(seed, STREAM.patternStart)
  return Float64Array.from({ length: count * SIDE * SIDE }, (_, i) => random.uniform(i) - 0.5)
}

/** All parameters of a chain whose chip begins anywhere within half a volt. */
export function startOf({ chip }: ChainDesign, patterns: Float64Array, seed: number): Float64Array {
  return Float64Array.of(...patterns, ...uniformTheta(chip, -0.5, 0.5, seed))
}

/** The banks of a chain that are held when this is trained. */
export function heldBanks(device: CheckedDevice, trained: ChainSettings['train']): readonly string[] {
  const held = { both: '', patterns: 'b.', chip: 'a.' }[trained]
  return held === '' ? [] : device.sheet.banks.map(({ name }) => name).filter((name) => name.startsWith(held))
}
