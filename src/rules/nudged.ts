import type { Receipt } from '../contract/backend.ts'
import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { squaredError } from '../cost/squared-error.ts'
import { InsituError } from '../errors.ts'
import { forward, held } from './local/forward.ts'
import { Products } from './local/products.ts'
import { requireRoots } from './local/roots.ts'
import { loadScales, peakLoad } from './local/scale.ts'
import type { Rule } from './rule.ts'

export interface NudgedOptions {
  /** Default half the sum of squared errors: the nudge is then a spring between output and target. */
  readonly cost?: Cost
  /** `one`: nudged against free; `both` (default): nudged towards and away, whose error falls with the nudge squared. */
  readonly sides?: 'one' | 'both'
  /** Strength of the nudge, the same for every row: for squared errors the stiffness of the spring, N/m. */
  readonly strength?: number
  /**
   * Without a strength: largest load of each row, in the load port's unit. Default for both sides a fifth of what the port
   * takes; a nudge to one side is off by the order of the load and must say how large it is.
   */
  readonly load?: number
  /**
   * Readings under which the load is brought to match the nudged outputs; default 1: the load of the free outputs. More
   * approach the equilibrium of a real spring, need a strength, and are needed where it is not weak.
   */
  readonly passes?: number
}

/** Share of the port's range that a nudge to both sides uses, if nothing is said. */
const SHARE = 0.2

export interface NudgedState {
  readonly peak: number
  readonly gradient: Float64Array
}

/**
 * Nudged equilibrium, the limit of coupled learning in which the outputs are only nudged: the machine is read free and
 * under a load -s (d cost / d reading), and d cost / d theta = (q_nudged^2 - q_free^2) / (2 s), the mean over the rows
 * (Scellier and Bengio 2017; Stern et al., PRX 11, 021045 (2021)). Needs squares only, not the sign of a reading.
 */
export function nudged(options: NudgedOptions = {}): Rule<'adjoint' | 'local', NudgedState> {
  const { cost = squaredError, sides = 'both', strength, passes = 1 } = options
  if (sides !== 'one' && sides !== 'both')
    throw new InsituError('CONFIG', `nudged: sides must be one or both, got ${String(sides satisfies never)}`)
  if (!(Number.isSafeInteger(passes) && passes >= 1))
    throw new InsituError('CONFIG', `nudged: passes must be a whole number from 1, got ${passes}`)
  if (strength !== undefined && !(strength > 0))
    throw new InsituError('CONFIG', `nudged: strength must be positive, got ${strength}`)
  if (strength !== undefined && options.load !== undefined)
    throw new InsituError('CONFIG', 'nudged: give a strength for all rows or a load for each, not both')
  // A load that is scaled up from a small error is a spring far too stiff to be approached in passes.
  if (passes > 1 && strength === undefined)
    throw new InsituError('CONFIG', `nudged: ${passes} passes need a strength`, {
      hint: 'a weak one, below the stiffness of the outputs',
    })
  if (sides === 'one' && strength === undefined && options.load === undefined)
    throw new InsituError('CONFIG', 'nudged: to one side it needs a load or a strength', {
      hint: 'a small one: the gradient is off by the order of the change it makes over the local reading',
    })
  return {
    name: 'nudged',
    needs: ['adjoint', 'local'],
    begin(device) {
      requireRoots('nudged', device)
      return {
        peak: strength === undefined ? peakLoad('nudged', device.sheet, device.adjoint.load, options.load, SHARE) : 0,
        gradient: new Float64Array(paramCount(device.sheet)),
      }
    },
    async step(device, { peak, gradient }, _theta, lessons, opts) {
      const lesson = lessons.next()
      const free = await forward(device, lesson, cost, opts)
      const { rows, slopes, sense } = free
      const scales = strength === undefined ? loadScales(slopes, rows, peak) : new Float64Array(rows).fill(strength)
      const receipts: Receipt[] = [free.receipt]
      const width = device.sheet.sense.width
      const targets = { data: lesson.target, rows, hold: 1 }

      /** Local readings at rest under the nudge of this sign. */
      const nudge = async (sign: 1 | -1): Promise<Float64Array> => {
        const local = new Float64Array(free.local.length)
        const outputs = sense.slice()
        const error = slopes.slice()
        for (let pass = 0; pass < passes; pass++) {
          if (pass > 0) cost.gradient(outputs, rows, width, targets, error)
          const load = error.map((slope, n) => -sign * scales[Math.floor(n / width)] * slope)
          const block = { slots: rows, drive: held(lesson.drive), load: held(load) }
          receipts.push(await device.local.read(block, outputs, local, opts))
        }
        return local
      }
      const towards = await nudge(1)
      const other = sides === 'both' ? await nudge(-1) : free.local
      // (a^2 - b^2) / 2 is the product of their mean and their difference.
      const middle = towards.map((q, n) => (q + other[n]) / 2)
      const change = towards.map((q, n) => (q - other[n]) / (sides === 'both' ? 2 : 1))
      const products = new Products(device.local.sense, rows, gradient)
      for (let r = 0; r < rows; r++) if (scales[r] > 0) products.add(r, middle, change, scales[r])
      return products.estimate(free.cost, receipts)
    },
  }
}
