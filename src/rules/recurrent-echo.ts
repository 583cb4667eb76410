import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { squaredError } from '../cost/squared-error.ts'
import { InsituError } from '../errors.ts'
import { asked } from './echo/asked.ts'
import { echoGradient, oneSidedGradient } from './echo/contrast.ts'
import { checkEps, contrastEps, readingError } from './echo/eps.ts'
import { lostShare } from './echo/lost-injections.ts'
import { PassageMean } from './echo/passage-mean.ts'
import { counted, passages } from './echo/passages.ts'
import { readAction } from './echo/refusals.ts'
import { checkReturnEvery, returnWhenDue } from './echo/return-error.ts'
import type { Rule } from './rule.ts'

export interface RecurrentEchoOptions {
  /** Compared with the readings of every frame; default half the sum of squared errors. */
  readonly cost?: Cost
  /**
   * Strength of the injection -+eps d cost / d reading, in units of injection x reading / cost. Default `contrastEps`: 1e-4
   * where local readings are without noise and injections without a step, and the cube root of both where not, up to 0.1.
   */
  readonly eps?: number
  /**
   * `two` (default): the contrast of two echoes with opposite injections, off by the order of eps^2. `one`: of one echo with
   * the way out, off by eps and by all that the echo misses its start by: two passes, for machines whose mirror is exact.
   */
  readonly sides?: 'two' | 'one'
  /** Rows of a lesson that are one passage, in their order; default all of them. */
  readonly frames?: number
  /** Steps between measurements of the return error, which takes two passes; default Infinity: at the first step alone. */
  readonly returnEvery?: number
}

export interface RecurrentEchoState {
  readonly eps: number
  readonly gradient: Float64Array
  steps: number
}

/**
 * Recurrent Hamiltonian echo learning (Pourcel and Ernoult 2025): a wave with a drive at every frame goes through, its
 * echoes are pushed by the slopes of the cost at every frame, and the difference of their actions is the gradient.
 *
 * A row of a lesson is a frame. The cost of a step is the mean over the lesson's passages of the sum over their frames, and
 * the gradient is that number's slope, in cost per parameter unit: as `frames` identical rows count `frames` times, a mean
 * over frames is a cost divided by their number. A target that is NaN asks nothing: give NaN for all frames but the last to
 * ask for the last alone. Where one row is a task of its own, set `frames` to 1.
 *
 * Health: `returnError`; and from the stated noise s of a local reading `gradientError`, what it makes of the gradient, by
 * a standard error of s / (sqrt(2) eps) per parameter and passage (two sides), sqrt(2) s / eps (one side); and
 * `lostInjections` where the injector has a step.
 *
 * Throws `CAPABILITY` if the local readings are no actions, `SHAPE` if a lesson holds no whole number of passages, `LIMIT`
 * if an injection is more than the machine takes, `CONFIG` if the injector's step loses all of the first step.
 */
export function recurrentEcho(options: RecurrentEchoOptions = {}): Rule<'echo' | 'local', RecurrentEchoState> {
  const { cost = squaredError, sides = 'two', frames, returnEvery = Number.POSITIVE_INFINITY } = options
  const who = 'recurrent-echo'
  if (sides !== 'one' && sides !== 'two')
    throw new InsituError('CONFIG', `${who}: sides must be one or two, got ${String(sides satisfies never)}`)
  if (options.eps !== undefined) checkEps(who, options.eps)
  if (frames !== undefined && !(Number.isSafeInteger(frames) && frames >= 1))
    throw new InsituError('CONFIG', `${who}: frames must be a whole number from 1, got ${frames}`)
  checkReturnEvery(who, returnEvery)
  return {
    name: who,
    needs: ['echo', 'local'],
    begin(device) {
      readAction(who, device)
      const eps = options.eps ?? contrastEps(device.local.sense, device.echo.injection)
      return { eps, gradient: new Float64Array(paramCount(device.sheet)), steps: 0 }
    },
    async step(device, state, _theta, lessons, opts) {
      const { eps, gradient } = state
      const lesson = lessons.next()
      const all = passages(who, device, lesson, frames ?? lesson.rows)
      const checked = await returnWhenDue(state, returnEvery, device, all[0].drive, opts)
      const receipts = [...checked.receipts]
      const mean = new PassageMean(gradient)
      const lost: boolean[] = []
      let total = 0
      for (const { drive, target } of all) {
        const slopesOf = (output: Float64Array) => {
          const found = asked(cost, output, target, device.sheet.sense.width)
          total += found.cost
          return found.slopes
        }
        const found =
          sides === 'two'
            ? await echoGradient(device, drive, slopesOf, { eps }, opts)
            : await oneSidedGradient(device, drive, slopesOf, eps, opts)
        mean.add(found.theta)
        lost.push(found.lost)
        receipts.push(...found.receipts)
      }
      // Of the difference of two readings, over 2 eps or eps.
      const deviation = (Math.SQRT2 * readingError(device.local.sense)) / (sides === 'two' ? 2 * eps : eps)
      const injected = lostShare(who, 'eps', device, lost, state.steps)
      const health = { ...checked.health, ...mean.finish(deviation), ...injected }
      return { cost: total / all.length, gradient, ...counted(receipts), health }
    },
  }
}
