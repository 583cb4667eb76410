import type { Track } from '../../contract/block.ts'
import type { Targets } from '../../cost/cost.ts'
import { InsituError } from '../../errors.ts'
import type { Lesson } from '../rule.ts'

/** A run of steps under one lesson; `start` counts steps from the beginning of the burst. */
export interface Segment {
  readonly lesson: Lesson
  readonly start: number
}

/** Which slots a stretch of steps takes: `repeat` passes (2 for opposite pairs) over `group` steps, again and again. */
export interface Piece {
  /** First step, counted from the beginning of the burst, and number of steps. */
  readonly start: number
  readonly steps: number
  /** Steps per code index. */
  readonly group: number
  readonly passes: 1 | 2
}

/** Slot order of the piece: group by group, pass by pass, step by step, row by row. */
export function slotOf(piece: Piece, step: number, pass: number, rows: number): number {
  const { group, passes } = piece
  const within = step % group
  return ((step - within) * passes + pass * group + within) * rows
}

/** Drive rows and targets of a piece. */
export interface Shown {
  readonly drive: Track
  readonly targets: Targets
}

/** Lays the lessons of a piece out over its slots; a lesson that fills the piece is passed on uncopied. */
export function show(piece: Piece, segments: readonly Segment[], inputs: number, outputs: number): Shown {
  const { lesson } = segmentAt(segments, piece.start)
  const last = segmentAt(segments, piece.start + piece.steps - 1).lesson
  const { rows } = lesson
  const slots = piece.steps * piece.passes * rows
  if (rows === 1 && last === lesson)
    return {
      drive: { kind: 'track', data: lesson.drive, hold: slots },
      targets: { data: lesson.target, rows: 1, hold: slots },
    }
  const drive = new Float64Array(slots * inputs)
  const target = new Float64Array(slots * outputs)
  for (let s = 0; s < piece.steps; s++) {
    const shown = segmentAt(segments, piece.start + s).lesson
    checkRows(shown, rows)
    for (let pass = 0; pass < piece.passes; pass++) {
      const slot = slotOf(piece, s, pass, rows)
      drive.set(shown.drive, slot * inputs)
      target.set(shown.target, slot * outputs)
    }
  }
  return { drive: { kind: 'track', data: drive, hold: 1 }, targets: { data: target, rows: slots, hold: 1 } }
}

/** The lessons of `segments` one after another, each row once: the baseline's slots. */
export function showOnce(segments: readonly Segment[], inputs: number, outputs: number): Shown {
  const { lesson } = segments[0]
  const slots = segments.length * lesson.rows
  if (segments.length === 1)
    return {
      drive: { kind: 'track', data: lesson.drive, hold: 1 },
      targets: { data: lesson.target, rows: slots, hold: 1 },
    }
  const drive = new Float64Array(slots * inputs)
  const target = new Float64Array(slots * outputs)
  for (let n = 0; n < segments.length; n++) {
    checkRows(segments[n].lesson, lesson.rows)
    drive.set(segments[n].lesson.drive, n * lesson.rows * inputs)
    target.set(segments[n].lesson.target, n * lesson.rows * outputs)
  }
  return { drive: { kind: 'track', data: drive, hold: 1 }, targets: { data: target, rows: slots, hold: 1 } }
}

/** Index of the segment that holds a step. */
export function segmentIndex(segments: readonly Segment[], step: number): number {
  let n = segments.length - 1
  while (segments[n].start > step) n--
  return n
}

function segmentAt(segments: readonly Segment[], step: number): Segment {
  return segments[segmentIndex(segments, step)]
}

function checkRows(lesson: Lesson, wanted: number): void {
  if (lesson.rows !== wanted)
    throw new InsituError(
      'SHAPE',
      `mgd: lessons of one window must have equally many rows, got ${wanted} and ${lesson.rows}`,
    )
}
