import * as v from 'valibot'
import type { EchoPort, LearningField } from '../contract/echo.ts'

/** Most bytes a description may have: its length and offsets travel in 16 bits. Settings may carry a whole geometry. */
export const DESCRIPTION_LIMIT = 65535
/** Slots and widths are addressed by 16 bits. */
export const WIRE_LIMIT = 65535
/** Most parameters: both sides keep them as doubles. */
export const PARAMETER_LIMIT = 2 ** 23

const label = (longest: number) =>
  // Names reach terminals and file names: printable characters only.
  v.pipe(v.string(), v.minLength(1), v.maxLength(longest), v.regex(/^[^\p{C}]*$/u, 'Expected printable characters'))
const finite = v.pipe(v.number(), v.finite())
const width = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIRE_LIMIT))
const parameters = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PARAMETER_LIMIT))
const positive = v.pipe(finite, v.minValue(0))
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIRE_LIMIT))
const range = { unit: label(32), min: finite, max: finite, step: positive }
const port = { width, ...range }

const learning = { bracket: v.pipe(finite, v.gtValue(0)), gain: finite }

export const schema = v.object({
  insitu: v.literal(1),
  machine: label(64),
  identity: label(128),
  uid: v.optional(label(64)),
  banks: v.pipe(
    v.array(v.object({ name: label(32), width: parameters, ...range, safe: finite, slew: positive })),
    v.minLength(1),
    v.maxLength(256),
  ),
  drive: v.object(port),
  sense: v.object({ ...port, noise: positive }),
  maxSlots: width,
  slotSeconds: positive,
  repeatable: v.boolean(),
  format: v.picklist(['i16', 'f64', 'packed']),
  spikes: v.optional(v.object({ ticks: width, lines: width })),
  watchdogMs: v.tuple([milliseconds, milliseconds]),
  facets: v.object({
    codes: v.optional(v.array(v.picklist(['random', 'walsh', 'sequential', 'sinusoid']))),
    patterns: v.optional(
      v.object({ families: v.pipe(v.array(label(64)), v.minLength(1), v.maxLength(256)), rows: width, columns: width }),
    ),
    apply: v.optional(v.boolean()),
    learn: v.optional(v.boolean()),
    state: v.optional(v.boolean()),
    // Boards made before there was more than one kind do not say.
    local: v.optional(
      v.object({ ...range, noise: positive, reads: v.optional(v.picklist(['root', 'action']), 'root') }),
    ),
    taps: v.optional(v.pipe(v.array(v.object({ ...port, noise: positive })), v.minLength(1), v.maxLength(256))),
    adjoint: v.optional(v.object(range)),
    echo: v.optional(
      v.object({ injection: v.object(range), maxFrames: width, learning: v.optional(v.object(learning)) }),
    ),
  }),
  limits: v.optional(v.object({ learnRows: v.optional(width), updateEvery: v.optional(width) })),
  settings: v.optional(v.record(v.string(), v.unknown())),
})

export type Announced = v.InferOutput<typeof schema>

/** What is known of an echo before the first wave. */
export interface EchoFacet extends Pick<EchoPort, 'injection' | 'maxFrames'> {
  readonly learning?: Pick<LearningField, 'bracket' | 'gain'>
}
