import type { Receipt } from '../../contract/backend.ts'
import type { Device } from '../../contract/device.ts'
import { InsituError } from '../../errors.ts'
import type { Estimate, Lesson } from '../rule.ts'

/** A wave's way through the machine: frames x drive width, and frames x sense width. */
export interface Passage {
  readonly drive: Float64Array
  readonly target: Float64Array
}

/** The passages of a lesson, `frames` rows each; throws `SHAPE` if they do not fit. */
export function passages(
  rule: string,
  { sheet, name, echo }: Device<'echo'>,
  { rows, drive, target }: Lesson,
  frames: number,
): readonly Passage[] {
  const wrong = (what: string, hint: string) =>
    new InsituError('SHAPE', `${rule} on ${name}: ${what}`, { device: sheet.machine, hint })
  const [inputs, outputs] = [sheet.drive.width, sheet.sense.width]
  if (drive.length !== rows * inputs || target.length !== rows * outputs)
    throw wrong(
      `a lesson of ${rows} rows has ${drive.length} drive values and ${target.length} targets, wanted ${rows * inputs} and ${rows * outputs}`,
      'a row has a drive value for every input and a target, or NaN, for every output',
    )
  if (rows < 1 || rows % frames !== 0)
    throw wrong(
      `a lesson of ${rows} rows is no whole number of passages of ${frames} frames`,
      'let lessons hold whole passages, see sequenceLessons',
    )
  if (frames > echo.maxFrames)
    throw wrong(
      `a passage of ${frames} frames; it takes ${echo.maxFrames}`,
      'say how many rows are one passage: frames',
    )
  return Array.from({ length: rows / frames }, (_, n) => ({
    drive: drive.subarray(n * frames * inputs, (n + 1) * frames * inputs),
    target: target.subarray(n * frames * outputs, (n + 1) * frames * outputs),
  }))
}

/** What several exchanges counted, together. */
export function counted(receipts: readonly Receipt[]): Pick<Estimate, 'slots' | 'clipped' | 'saturated' | 'retries'> {
  const sum = (field: 'slots' | 'clipped' | 'saturated' | 'retries') =>
    receipts.reduce((total, receipt) => total + receipt[field], 0)
  return { slots: sum('slots'), clipped: sum('clipped'), saturated: sum('saturated'), retries: sum('retries') }
}
