import type { Device } from '../../contract/device.ts'
import type { Port } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { Health } from '../rule.ts'

/** Whether an injection was asked for of which nothing is left on the injector: every value below half its step. */
export function isLost(injection: Float64Array, { step }: Pick<Port, 'step'>): boolean {
  const most = injection.reduce((largest, e) => Math.max(largest, Math.abs(e)), 0)
  return most > 0 && most < step / 2
}

/**
 * Counts lost injections, on machines whose injector has a step. Slopes vanish as training ends, and their injections with
 * them, so that a loss is no failure but for the first step of a run: throws `CONFIG` if that lost all it had, naming the
 * setting that makes injections larger.
 */
export function lostShare(
  who: string,
  setting: string,
  { echo, name, sheet }: Device<'echo'>,
  lost: readonly boolean[],
  steps: number,
): Pick<Health, 'lostInjections'> {
  const { step, unit } = echo.injection
  if (step === 0) return {}
  const share = lost.filter(Boolean).length / lost.length
  if (share === 1 && steps === 1)
    throw new InsituError(
      'CONFIG',
      `${who} on ${name}: all injections of the first step are below ${step / 2} ${unit}, half a step of the injector: they are lost`,
      {
        device: sheet.machine,
        hint: `an injection is ${setting} times the slope of the cost: choose a larger ${setting}`,
      },
    )
  return { lostInjections: share }
}
