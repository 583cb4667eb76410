import { InsituError } from '../errors.ts'
import { shuffled } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'
import type { Lesson, LessonSource } from './rule.ts'

/** Inputs and targets, row by row. */
export interface LessonTable {
  readonly rows: number
  /** rows x drive width. */
  readonly drive: Float64Array
  /** rows x sense width. */
  readonly target: Float64Array
}

export interface ShuffledOptions {
  readonly seed: number
  /** Rows per lesson (default 1). */
  readonly batch?: number
  /** The last lesson of an epoch is filled from the next epoch (default), or is as short as what is left. */
  readonly last?: 'filled' | 'short'
}

/** A lesson source that can be saved in a checkpoint. */
export interface ResumableLessons extends LessonSource {
  /** Rows drawn so far; everything else follows from the seed. */
  save(): { readonly drawn: number }
  load(state: { readonly drawn: number }): void
}

/** Endless lessons from a table: every row once per epoch, in a fresh order each epoch. */
export function shuffledLessons(table: LessonTable, options: ShuffledOptions): ResumableLessons {
  const { rows, drive, target } = table
  const { seed, batch = 1, last = 'filled' } = options
  if (rows < 1 || drive.length % rows !== 0 || target.length % rows !== 0) {
    throw new InsituError('SHAPE', `lessons: ${rows} rows, but ${drive.length} inputs and ${target.length} targets`)
  }
  if (!Number.isInteger(batch) || batch < 1)
    throw new InsituError('CONFIG', `lessons: batch is ${batch}, wanted a whole number from 1`)
  if (last !== 'filled' && last !== 'short')
    throw new InsituError('CONFIG', `lessons: last must be filled or short, got ${String(last satisfies never)}`)
  const inputs = drive.length / rows
  const outputs = target.length / rows
  let drawn = 0
  let order: Uint32Array = new Uint32Array(0)
  let epoch = -1
  const row = () => {
    const wanted = Math.floor(drawn / rows)
    if (wanted !== epoch) {
      order = shuffled(rows, seed, STREAM.sampleOrder, wanted)
      epoch = wanted
    }
    return order[drawn++ % rows]
  }
  // One row per lesson is the common case; those lessons are views, made once.
  const single: readonly Lesson[] = Array.from({ length: batch === 1 ? rows : 0 }, (_, r) => ({
    rows: 1,
    drive: drive.subarray(r * inputs, (r + 1) * inputs),
    target: target.subarray(r * outputs, (r + 1) * outputs),
  }))
  return {
    next(): Lesson {
      if (batch === 1) return single[row()]
      const size = last === 'short' ? Math.min(batch, rows - (drawn % rows)) : batch
      const lesson = { rows: size, drive: new Float64Array(size * inputs), target: new Float64Array(size * outputs) }
      for (let n = 0; n < size; n++) {
        const r = row()
        lesson.drive.set(drive.subarray(r * inputs, (r + 1) * inputs), n * inputs)
        lesson.target.set(target.subarray(r * outputs, (r + 1) * outputs), n * outputs)
      }
      return lesson
    },
    save: () => ({ drawn }),
    load(state) {
      drawn = state.drawn
    },
  }
}
