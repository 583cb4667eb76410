import { checkFrame } from './check-passage.ts'
import { type WaveHealth, waveHealth } from './health.ts'
import { imperfectionsOf, type WaveOptions } from './options.ts'
import { waveParts } from './parts.ts'
import { add } from './passage.ts'
import { emptyState } from './splitting.ts'

/**
 * Health of the wave that `drive` starts under the parameters `theta`, on the field with its scatter but without losses,
 * mirror errors and noise: what its own motion leaves of an echo. The horizon is looked for up to `upTo` times the time of a frame.
 * Throws `SHAPE` naming both lengths.
 */
export function healthAtStart(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  upTo?: number,
): WaveHealth {
  const { disorder } = imperfectionsOf(options)
  const { body } = waveParts({ ...options, preset: 'ideal', imperfections: { disorder } })
  const { course } = body.parts
  checkFrame(body.sheet, { theta, drive })
  const start = emptyState(course.field)
  body.store(theta)
  body.ready(start)
  add(start, course.inputs, body.sent(drive), 1)
  return waveHealth({ ...course, step: options.step }, start, upTo)
}
