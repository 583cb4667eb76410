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

/** Lays the lessons of a piece out over its slots; lessons of one row that are held equally long are written once each. */
export function show(piece: Piece, segments: readonly Segment[], inputs: number, outputs: number): Shown {
  const { lesson } = segmentAt(segments, piece.start)
  const { rows } = lesson
  const slots = piece.steps * piece.passes * rows
  const held = rows === 1 ? evenlyHeld(piece, segments) : undefined
  if (held !== undefined) {
    const { drive, targets } = showOnce(held.segments, inputs, outputs)
    const hold = held.steps * piece.passes
    return { drive: { ...drive, hold }, targets: { ...targets, hold } }
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

/** The segments of a piece and the steps each is held, if that is one number (the last may be cut short). */
function evenlyHeld(piece: Piece, segments: readonly Segment[]) {
  const end = piece.start + piece.steps
  const shown = segments.slice(segmentIndex(segments, piece.start), segmentIndex(segments, end - 1) + 1)
  const steps = (shown[1]?.start ?? end) - piece.start
  const even = shown.every(({ start }, n) => n === 0 || start === piece.start + n * steps)
  // Opposite passes run group by group: a segment that ends inside a group is not one stretch of slots.
  const whole = piece.passes === 1 || shown.length === 1 || steps % piece.group === 0
  return even && whole && end <= piece.start + shown.length * steps ? { segments: shown, steps } : undefined
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
