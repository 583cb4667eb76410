import { bankOffsets, type DataSheet, type Port, paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { type Draws, draws } from '../random/draws.ts'
import { permutation } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'

/** What is stored and shown to find out about a machine. */
export interface ProbePlan {
  /** Settings of the parameters; default 8. A twin whose parameters scale those of the machine needs more than one. */
  readonly settings?: number
  /** Rows shown at each setting; default 32. */
  readonly rows?: number
  /** Times each row is measured; default 1. More tell noise from what the twin lacks; more rows tell more of the parameters. */
  readonly repeats?: number
  /** Draws settings and rows; default 1. */
  readonly seed?: number
  /** Parameters the machine works at, left stored at the end; default its safe values. */
  readonly theta?: Float64Array
  /** How far settings go from `theta`, as a part of every parameter's range; default 1: all that the limits allow. */
  readonly reach?: number
  /** Rows to choose from, as those of the task; default any within the range of the drive. */
  readonly drive?: Float64Array
}

/** One setting and the rows to show there, every row `repeats` times in turn. */
export interface Probe {
  readonly theta: Float64Array
  readonly drive: Float64Array
  readonly rows: number
}

/**
 * Draws probes: every parameter by itself at every setting, so that no two of them always change together, and other rows at each.
 *
 * Values lie on the machine's own steps, where it has any. Throws `SHAPE` for rows to choose from that are not as wide as the drive,
 * `CONFIG` for a plan that is none.
 */
export function probes(sheet: DataSheet, plan: ProbePlan, theta: Float64Array): readonly Probe[] {
  const { settings = 8, rows = 32, repeats = 1, seed = 1, reach = 1 } = plan
  for (const [name, value] of Object.entries({ settings, rows, repeats }))
    if (!Number.isInteger(value) || value < 1)
      throw new InsituError('CONFIG', `calibration: ${name} must be a whole number from 1, got ${value}`)
  if (!(reach >= 0 && reach <= 1))
    throw new InsituError('CONFIG', `calibration: reach must be within 0..1 of the range, got ${reach}`)
  const random = draws(seed, STREAM.twinProbes)
  const { width } = sheet.drive
  const size = paramCount(sheet)
  const chosen = chooser(sheet, plan.drive, seed)
  return Array.from({ length: settings }, (_, n) => {
    const first = n * (size + rows * width)
    const data = new Float64Array(rows * repeats * width)
    for (let r = 0; r < rows; r++) {
      const row = chosen?.(n * rows + r) ?? drawn(sheet.drive, random, first + size + r * width)
      for (let t = 0; t < repeats; t++) data.set(row, (t * rows + r) * width)
    }
    return { theta: near(sheet, theta, reach, random, first), drive: data, rows: rows * repeats }
  })
}

/** Rows that are given, in a random order, and from the first again when all were shown. */
function chooser(sheet: DataSheet, given: Float64Array | undefined, seed: number) {
  if (given === undefined) return undefined
  const { width } = sheet.drive
  const count = given.length / width
  if (count < 1 || !Number.isInteger(count))
    throw new InsituError(
      'SHAPE',
      `calibration: ${given.length} numbers of drive are no whole rows of ${width} for ${sheet.machine}`,
      { device: sheet.machine },
    )
  const order = permutation(seed, STREAM.twinProbes, count)
  return (n: number) => given.subarray(order(n % count) * width, (order(n % count) + 1) * width)
}

function drawn(port: Port, random: Draws, first: number): Float64Array {
  return Float64Array.from({ length: port.width }, (_, i) =>
    within(port, port.min, port.max, random.uniform(first + i)),
  )
}

/** Parameters drawn evenly from as far as `reach` to either side of `theta`, within the limits. */
function near(sheet: DataSheet, theta: Float64Array, reach: number, random: Draws, first: number): Float64Array {
  const offsets = bankOffsets(sheet)
  const next = theta.slice()
  sheet.banks.forEach((bank, b) => {
    const far = reach * (bank.max - bank.min)
    for (let i = offsets[b]; i < offsets[b + 1]; i++) {
      const low = Math.max(bank.min, theta[i] - far)
      const high = Math.min(bank.max, theta[i] + far)
      next[i] = reach === 0 ? theta[i] : within(bank, low, high, random.uniform(first + i))
    }
  })
  return next
}

function within({ min, max, step }: Port, low: number, high: number, part: number): number {
  const value = low + (high - low) * part
  if (step === 0) return value
  const rounded = Math.floor(value / step + 0.5) * step
  return rounded < min || rounded > max ? value : rounded
}
