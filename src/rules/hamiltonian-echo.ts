import type { CallOptions } from '../contract/backend.ts'
import type { Device } from '../contract/device.ts'
import type { Decay, LearningField } from '../contract/echo.ts'
import type { Cost } from '../cost/cost.ts'
import { squaredError } from '../cost/squared-error.ts'
import { InsituError } from '../errors.ts'
import { type Schedule, scheduled } from '../optim/schedule.ts'
import { asked } from './echo/asked.ts'
import { isLost, lostShare } from './echo/lost-injections.ts'
import { counted, type Passage, passages } from './echo/passages.ts'
import { withInjectionHint } from './echo/refusals.ts'
import { checkReturnEvery, returnWhenDue } from './echo/return-error.ts'
import type { Rule } from './rule.ts'

export interface HamiltonianEchoOptions {
  /** Default half the sum of squared errors. */
  readonly cost?: Cost
  /**
   * Strength of the injection -eta d cost / d reading, in units of injection x reading / cost, by the number of the step
   * where it is a schedule; give this or `rate`.
   */
  readonly eta?: number | Schedule
  /** What a row moves the parameters by, theta -= rate d cost / d theta to first order: see `echoRate` for its eta. */
  readonly rate?: number | Schedule
  /**
   * `averaged` (default): a second passage with the opposite injection and a mirrored decay, which doubles the signal and
   * cancels the shift by d cost / d momentum. `simple`: one passage, and that shift stays in.
   */
  readonly form?: 'averaged' | 'simple'
  /**
   * Size that every injection e stays below, in injection units: e / sqrt(1 + (e / saturation)^2), as a nonlinear element
   * would do it (the authors' code has 0.1). It distorts the gradient as injections come near it; none by default.
   */
  readonly saturation?: number
  /** Steps between measurements of the return error, which takes two passes; default Infinity: at the first step alone. */
  readonly returnEvery?: number
}

export interface HamiltonianEchoState {
  readonly eta: Schedule
  steps: number
}

/**
 * Hamiltonian echo backpropagation (Lopez-Pastor and Marquardt, PRX 13, 031020 (2023)): the wave is read, pushed by the
 * slope of the cost, and sent back; on its way it leaves the gradient in the learning field as momentum, and friction
 * turns that into a shift of the parameters. The rule never reads them: `theta` stays what training began with, and
 * `device.echo.learning.read` shows what the machine holds.
 *
 * Every row of a lesson is a passage of one frame and moves the parameters before the next row. To first order in eta
 * theta moves by -2 eta bracket gain d cost / d theta (averaged) or half of it (simple); the cost of a step is the mean
 * over its rows, each read before it moved anything. A target that is NaN asks nothing.
 *
 * Health: `returnError`, and `lostInjections` where the injector has a step.
 *
 * Throws `CAPABILITY` if the machine has no learning field, `LIMIT` if an injection is more than the machine takes,
 * `CONFIG` if the injector's step loses all of the first step, or a schedule gives a step what is no strength.
 */
export function hamiltonianEcho(options: HamiltonianEchoOptions): Rule<'echo', HamiltonianEchoState> {
  const { cost = squaredError, eta, rate, form = 'averaged', saturation } = options
  const { returnEvery = Number.POSITIVE_INFINITY } = options
  const who = 'hamiltonian-echo'
  for (const [name, value] of Object.entries({ eta, rate, saturation }))
    if (typeof value === 'number' && !(value > 0 && Number.isFinite(value)))
      throw new InsituError('CONFIG', `${who}: ${name} must be positive, got ${value}`)
  if (form !== 'averaged' && form !== 'simple')
    throw new InsituError('CONFIG', `${who}: form must be averaged or simple, got ${String(form satisfies never)}`)
  checkReturnEvery(who, returnEvery)
  const strength = strengthOf(who, options)
  return {
    name: who,
    needs: ['echo'],
    moves: 'machine',
    begin(device) {
      const learning = learningField(who, device)
      const per = strength.name === 'rate' ? echoRate(learning, 1, form) : 1
      return { eta: (step) => strength.at(step) / per, steps: 0 }
    },
    async step(device, state, _theta, lessons, opts) {
      const lesson = lessons.next()
      const rows = passages(who, device, lesson, 1)
      const eta = state.eta(state.steps)
      const { health, receipts: checked } = await returnWhenDue(state, returnEvery, device, rows[0].drive, opts)
      const receipts = [...checked]
      const lost: boolean[] = []
      const push = (slope: number, sign: 1 | -1) => {
        const e = -sign * eta * slope
        return saturation === undefined ? e : e / Math.sqrt(1 + (e / saturation) ** 2)
      }
      let total = 0
      for (const row of rows) {
        const first = await pass(device, row, cost, (slope) => push(slope, 1), 'plain', opts)
        total += first.cost
        lost.push(first.lost)
        receipts.push(...first.receipts)
        if (form === 'simple') continue
        const second = await pass(device, row, cost, (slope) => push(slope, -1), 'mirrored', opts)
        receipts.push(...second.receipts)
      }
      const injected = lostShare(who, strength.name, device, lost, state.steps)
      return { cost: total / rows.length, ...counted(receipts), health: { ...health, ...injected } }
    },
  }
}

/** The one strength that was given, step by step; throws `CONFIG` for none, both, and a step of which it is none. */
function strengthOf(who: string, { eta, rate }: HamiltonianEchoOptions) {
  const checked = (name: 'eta' | 'rate', given: number | Schedule) => {
    const schedule = scheduled(given)
    const at: Schedule = (n) => {
      const value = schedule(n)
      // Schedules may end at 0.
      if (value >= 0 && Number.isFinite(value)) return value
      throw new InsituError('CONFIG', `${who}: ${name} of step ${n + 1} must be a number from 0, got ${value}`, {
        step: n + 1,
      })
    }
    return { name, at }
  }
  if (eta !== undefined && rate === undefined) return checked('eta', eta)
  if (rate !== undefined && eta === undefined) return checked('rate', rate)
  throw new InsituError('CONFIG', `${who}: give either eta or rate`)
}

/** d theta / d (-d cost / d theta) of a row, to first order in eta: what `rate` of `hamiltonianEcho` means. */
export function echoRate({ bracket, gain }: LearningField, eta: number, form: 'averaged' | 'simple'): number {
  return (form === 'averaged' ? 2 : 1) * eta * bracket * gain
}

/** The learning field of a machine; throws `CAPABILITY` if its parameters stay what is stored. */
export function learningField(who: string, device: Device<'echo'>): LearningField {
  const { learning } = device.echo
  if (learning !== undefined) return learning
  throw new InsituError(
    'CAPABILITY',
    `${who} moves a learning field; the parameters of ${device.name} stay what was stored`,
    { device: device.sheet.machine, hint: 'recurrent-echo estimates a gradient and leaves the move to an optimizer' },
  )
}

/** Out, pushed, back, and rested. */
async function pass(
  device: Device<'echo'>,
  { drive, target }: Passage,
  cost: Cost,
  push: (slope: number) => number,
  decay: Decay,
  opts: CallOptions,
) {
  await using flight = await device.echo.launch(drive, opts)
  const found = asked(cost, flight.output, target, device.sheet.sense.width)
  const injection = found.slopes.map(push)
  const echo = await withInjectionHint('eta', flight.echo(injection, { ...opts, decay }))
  const lost = isLost(injection, device.echo.injection)
  return { cost: found.cost, lost, receipts: [flight.receipt, echo.receipt] }
}
