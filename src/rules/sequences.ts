import { InsituError } from '../errors.ts'
import { type LessonTable, type ResumableLessons, type ShuffledOptions, shuffledLessons } from './lessons.ts'

/**
 * Endless lessons of whole sequences: every `frames` rows of the table stay together and in order, and every sequence
 * comes once per epoch, in a fresh order each epoch. `batch` counts sequences, as do what is saved and loaded.
 */
export function sequenceLessons(table: LessonTable, frames: number, options: ShuffledOptions): ResumableLessons {
  if (!(Number.isSafeInteger(frames) && frames >= 1))
    throw new InsituError('CONFIG', `lessons: frames must be a whole number from 1, got ${frames}`)
  if (table.rows % frames !== 0)
    throw new InsituError('SHAPE', `lessons: ${table.rows} rows are no whole number of sequences of ${frames} frames`)
  const sequences = shuffledLessons({ ...table, rows: table.rows / frames }, options)
  return {
    next() {
      const { rows, drive, target } = sequences.next()
      return { rows: rows * frames, drive, target }
    },
    save: () => sequences.save(),
    load: (state) => sequences.load(state),
  }
}
