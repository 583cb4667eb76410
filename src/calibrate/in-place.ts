import type { CheckedDevice } from '../contract/device.ts'
import { bankOffsets, nameOf } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { factor, inverse, solve } from '../twins/fit/cholesky.ts'

export interface InPlaceOptions {
  /** The parameters to start at, in the order of the banks. */
  readonly theta: Float64Array
  /** Banks that may be moved, each with how far it is perturbed to either side, in its unit. */
  readonly steps: Readonly<Record<string, number>>
  /** rows x drive width: what is shown. */
  readonly drive: Float64Array
  /** rows x sense width: what the machine should read. */
  readonly wanted: Float64Array
  /** Steps at most; default 6. */
  readonly iterations?: number
  readonly signal?: AbortSignal
}

export interface InPlace {
  /** The parameters found; the machine has them. */
  readonly theta: Float64Array
  /** Standard deviation of each parameter that was moved, from what is left unexplained; 0 for those that were not. */
  readonly deviations: Float64Array
  /** Root mean square of reading minus wanted, before the first step and after each, in the unit of the sense port. */
  readonly misfit: readonly number[]
  /** Slots that it took. */
  readonly slots: number
}

/** Moves less than this part of a step's perturbation end the search. */
const SETTLED = 0.02

/**
 * Moves parameters of a machine until it reads what it should: perturbs each to both sides and measures, which gives the slopes of every
 * reading, and takes the step of Gauss-Newton. No model of the machine is needed, only what it should read.
 *
 * A step that makes it worse is halved, three times at most. Throws `SHAPE` for lengths that do not match, `CONFIG` for banks that are
 * not there or that the readings do not tell apart.
 */
export async function settleInPlace(device: CheckedDevice, options: InPlaceOptions): Promise<InPlace> {
  const { steps, drive, wanted, iterations = 6, signal } = options
  const { sheet } = device
  const rows = drive.length / sheet.drive.width
  if (!Number.isInteger(rows) || rows < 1 || wanted.length !== rows * sheet.sense.width)
    throw new InsituError(
      'SHAPE',
      `${nameOf(sheet)}: ${drive.length} numbers of drive and ${wanted.length} readings are not the same rows`,
      { device: sheet.machine },
    )
  const moved = movedParameters(device, steps)
  const call = signal === undefined ? {} : { signal }
  const track = { kind: 'track', data: drive, hold: 1 } as const
  let slots = 0
  /** What the machine reads with one parameter off by some of its unit. */
  const read = async (which = -1, by = 0): Promise<Float64Array> => {
    const into = new Float64Array(wanted.length)
    const data = new Float64Array(options.theta.length)
    if (which >= 0) data[which] = by
    const delta = which < 0 ? {} : { delta: { kind: 'track', data, hold: rows } as const }
    slots += rows
    await device.measure({ slots: rows, drive: track, ...delta }, into, call)
    return into
  }
  let theta: Float64Array = options.theta.slice()
  await device.store(theta, call)
  let off: Float64Array = difference(await read(), wanted)
  const misfit = [rms(off)]
  let deviations = new Float64Array(theta.length)
  for (let n = 0; n < iterations; n++) {
    const columns: Float64Array[] = []
    for (const { at, step, min, max } of moved) {
      const [up, down] = [Math.min(step, max - theta[at]), Math.min(step, theta[at] - min)]
      const [above, below] = [await read(at, up), await read(at, -down)]
      columns.push(above.map((value, k) => (value - below[k]) / (up + down)))
    }
    const { move, errors } = gaussNewton(columns, off, device, moved)
    deviations = new Float64Array(theta.length)
    moved.forEach(({ at }, k) => {
      deviations[at] = errors[k]
    })
    const next = await tried(device, theta, moved, move, async () => difference(await read(), wanted), rms(off), call)
    if (next === undefined) {
      await device.store(theta, call)
      break
    }
    const far = moved.some(({ at, step }) => Math.abs(next.theta[at] - theta[at]) > SETTLED * step)
    ;({ theta, off } = next)
    misfit.push(rms(off))
    if (!far) break
  }
  return { theta, deviations, misfit, slots }
}

interface Moved {
  readonly name: string
  readonly at: number
  readonly step: number
  readonly min: number
  readonly max: number
}

function movedParameters({ sheet }: CheckedDevice, steps: Readonly<Record<string, number>>): readonly Moved[] {
  const offsets = bankOffsets(sheet)
  for (const [name, step] of Object.entries(steps)) {
    const known = sheet.banks.map((bank) => bank.name)
    if (!known.includes(name))
      throw new InsituError('CONFIG', `${nameOf(sheet)} has no bank "${name}"; banks are ${known.join(', ')}`, {
        device: sheet.machine,
      })
    if (!(step > 0)) throw new InsituError('CONFIG', `step of bank ${name} must be positive, got ${step}`)
  }
  return sheet.banks.flatMap(({ name, width, min, max }, b) =>
    Object.hasOwn(steps, name)
      ? Array.from({ length: width }, (_, i) => ({ name, at: offsets[b] + i, step: steps[name], min, max }))
      : [],
  )
}

/** Half of a step after another, until one reads better. */
async function tried(
  device: CheckedDevice,
  from: Float64Array,
  moved: readonly Moved[],
  move: Float64Array,
  read: () => Promise<Float64Array>,
  before: number,
  call: { readonly signal?: AbortSignal },
): Promise<{ readonly theta: Float64Array; readonly off: Float64Array } | undefined> {
  for (let part = 1; part > 0.1; part /= 2) {
    const theta = from.slice()
    moved.forEach(({ at, min, max }, k) => {
      theta[at] = Math.min(max, Math.max(min, theta[at] + part * move[k]))
    })
    await device.store(theta, call)
    const off = await read()
    if (rms(off) < before) return { theta, off }
  }
  return undefined
}

/** The step that makes the misfit least where readings are straight, and the standard deviations of where it leads. */
function gaussNewton(
  columns: readonly Float64Array[],
  off: Float64Array,
  { sheet }: CheckedDevice,
  moved: readonly Moved[],
): { readonly move: Float64Array; readonly errors: Float64Array } {
  const size = columns.length
  const scales = columns.map((column) => 1 / (Math.sqrt(dot(column, column)) || 1))
  const matrix = Float64Array.from(
    { length: size * size },
    (_, at) =>
      dot(columns[Math.floor(at / size)], columns[at % size]) * scales[Math.floor(at / size)] * scales[at % size],
  )
  const factored = factor(matrix, size)
  if (factored.lost.length > 0)
    throw new InsituError(
      'CONFIG',
      `${nameOf(sheet)}: the readings do not tell ${factored.lost.map((k) => moved[k].name).join(', ')} from the others`,
      { device: sheet.machine, hint: 'show more patterns, or another object' },
    )
  const move = Float64Array.from(columns, (column, k) => -dot(column, off) * scales[k])
  solve(factored, move)
  const covariance = inverse(factored)
  // What the straight step leaves unexplained is noise, and what was wanted wrongly.
  const rest = off.map(
    (value, n) => value + columns.reduce((sum, column, k) => sum + column[n] * move[k] * scales[k], 0),
  )
  const sigma = Math.sqrt(dot(rest, rest) / Math.max(1, rest.length - size))
  return {
    move: move.map((value, k) => value * scales[k]),
    errors: Float64Array.from(scales, (scale, k) => sigma * scale * Math.sqrt(covariance[k * (size + 1)])),
  }
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, k) => value - b[k])
}

function rms(values: Float64Array): number {
  return Math.sqrt(dot(values, values) / values.length)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
  return sum
}
