import type { Device } from '../contract/device.ts'
import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { squaredError } from '../cost/squared-error.ts'
import { InsituError } from '../errors.ts'
import { type Forward, forward, held } from './local/forward.ts'
import { Products } from './local/products.ts'
import { requireRoots } from './local/roots.ts'
import { loadScales, peakLoad } from './local/scale.ts'
import type { Lesson, Rule } from './rule.ts'

export interface InSituOptions {
  /** Default half the sum of squared errors. */
  readonly cost?: Cost
  /**
   * How the error is put on as a load. `alone`: on the machine without its drive, as published; exact where the machine
   * is linear. `superposed`: on top of the drive, minus the reading under the drive alone, and corrected for the noise that
   * both factors then share. `push-pull` (default): on top of the drive with both signs, half the difference; its error
   * falls with the square of the load.
   */
  readonly adjoint?: 'alone' | 'superposed' | 'push-pull'
  /** Largest load of each row, in the load port's unit; default half of what the port takes. */
  readonly load?: number
}

export interface InSituState {
  readonly peak: number
  readonly gradient: Float64Array
}

const MODES = ['alone', 'superposed', 'push-pull'] as const

/**
 * In situ backpropagation (Li and Mao 2024): the machine is loaded twice, with the input and with the error, and the
 * gradient of each parameter is the product of its two local readings.
 *
 * With the load c (-d cost / d reading), c > 0, and a its effect on the local reading q: d cost / d theta = q a / c, the
 * mean over the lesson's rows. Any c does; a large one stands out of the noise. Where local readings are elongations in
 * m and loads newtons, q a / c has the unit of cost per N/m.
 */
export function inSitu(options: InSituOptions = {}): Rule<'adjoint' | 'local', InSituState> {
  const { cost = squaredError, adjoint = 'push-pull' } = options
  if (!MODES.includes(adjoint))
    throw new InsituError('CONFIG', `in-situ: adjoint must be ${MODES.join(', ')}, got ${String(adjoint)}`)
  return {
    name: 'in-situ',
    needs: ['adjoint', 'local'],
    begin(device) {
      requireRoots('in-situ', device)
      return {
        peak: peakLoad('in-situ', device.sheet, device.adjoint.load, options.load),
        gradient: new Float64Array(paramCount(device.sheet)),
      }
    },
    async step(device, { peak, gradient }, _theta, lessons, opts) {
      const lesson = lessons.next()
      const seen = await forward(device, lesson, cost, opts)
      const scales = loadScales(seen.slopes, seen.rows, peak)
      const answer = await ADJOINTS[adjoint](device, lesson, seen, scales, opts)
      const products = new Products(device.local.sense, seen.rows, gradient)
      // Superposed, both factors hold the free reading: its noise, as the sheet states it, would bias their product.
      const { noise, step } = device.local.sense
      const shared = adjoint === 'superposed' ? noise ** 2 + step ** 2 / 12 : 0
      for (let r = 0; r < seen.rows; r++)
        if (scales[r] > 0) products.add(r, seen.local, answer.change, scales[r], shared)
      return products.estimate(seen.cost, [seen.receipt, answer.receipt])
    },
  }
}

type Adjoint = (
  device: Device<'adjoint' | 'local'>,
  lesson: Lesson,
  seen: Forward,
  scales: Float64Array,
  opts: Parameters<Device<'local'>['local']['read']>[3],
) => Promise<{ readonly change: Float64Array; readonly receipt: Forward['receipt'] }>

/** Change of the local readings that the scaled load of each row makes, by each way of putting it on. */
const ADJOINTS: { readonly [M in NonNullable<InSituOptions['adjoint']>]: Adjoint } = {
  async alone(device, lesson, { rows, slopes, sense, local }, scales, opts) {
    const drive = held(new Float64Array(lesson.drive.length))
    const change = new Float64Array(local.length)
    const block = { slots: rows, drive, load: held(loads(slopes, scales)) }
    return { change, receipt: await device.local.read(block, new Float64Array(sense.length), change, opts) }
  },
  async superposed(device, lesson, { rows, slopes, sense, local }, scales, opts) {
    const change = new Float64Array(local.length)
    const block = { slots: rows, drive: held(lesson.drive), load: held(loads(slopes, scales)) }
    const receipt = await device.local.read(block, new Float64Array(sense.length), change, opts)
    for (let n = 0; n < change.length; n++) change[n] -= local[n]
    return { change, receipt }
  },
  async 'push-pull'(device, lesson, { rows, slopes, sense, local }, scales, opts) {
    const width = slopes.length / rows
    const params = local.length / rows
    const push = loads(slopes, scales)
    const both = new Float64Array(2 * push.length)
    for (let r = 0; r < rows; r++) {
      const row = push.subarray(r * width, (r + 1) * width)
      both.set(row, 2 * r * width)
      both.set(
        row.map((f) => -f),
        (2 * r + 1) * width,
      )
    }
    const read = new Float64Array(2 * local.length)
    const block = { slots: 2 * rows, drive: held(lesson.drive, 2), load: held(both) }
    const receipt = await device.local.read(block, new Float64Array(2 * sense.length), read, opts)
    const change = new Float64Array(local.length)
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < params; i++)
        change[r * params + i] = (read[2 * r * params + i] - read[(2 * r + 1) * params + i]) / 2
    }
    return { change, receipt }
  },
}

/** Loads against the slopes of the cost. */
function loads(slopes: Float64Array, scales: Float64Array): Float64Array {
  const width = slopes.length / scales.length
  return slopes.map((slope, n) => -scales[Math.floor(n / width)] * slope)
}
