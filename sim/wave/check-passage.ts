import { checkLength } from '../../src/contract/check.ts'
import { type DataSheet, nameOf, paramCount } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'

/** What is given for a passage. */
interface GivenPassage {
  readonly theta: Float64Array
  /** Frames x inputs, and where there are some, injections or slopes: frames x outputs. */
  readonly drive: Float64Array
  readonly injection?: Float64Array
}

/** Checks lengths and returns how many frames there are, one or more; throws `SHAPE` naming both lengths. */
export function checkPassage(sheet: DataSheet, { theta, drive, injection }: GivenPassage): number {
  checkLength(sheet, 'theta', theta.length, paramCount(sheet), 'parameters')
  const { width } = sheet.drive
  const frames = drive.length / width
  if (!(Number.isInteger(frames) && frames >= 1))
    throw new InsituError(
      'SHAPE',
      `${nameOf(sheet)}: drive has ${drive.length} numbers, wanted a multiple of ${width} (frames x inputs)`,
      { device: sheet.machine },
    )
  if (injection !== undefined) checkRows(sheet, 'injection', injection, frames)
  return frames
}

/** The same for a passage of one frame. */
export function checkFrame(sheet: DataSheet, given: GivenPassage): void {
  checkLength(sheet, 'drive', given.drive.length, sheet.drive.width, 'inputs of one frame')
  checkPassage(sheet, given)
}

/** Throws `SHAPE` unless there is a row of outputs for every frame. */
export function checkRows(sheet: DataSheet, what: string, rows: Float64Array, frames: number): void {
  checkLength(sheet, what, rows.length, frames * sheet.sense.width, 'frames x outputs')
}
