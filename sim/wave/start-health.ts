import { type WaveHealth, waveHealth } from './health.ts'
import { add } from './passage.ts'
import { emptyState } from './splitting.ts'
import { type WaveOptions, waveParts } from './wave.ts'

/**
 * Health of the wave that `drive` starts under the parameters `theta`, on the field as it would be without losses, scatter
 * and noise: what its own motion leaves of an echo. The horizon is looked for up to `upTo` times the time of a frame.
 */
export function healthAtStart(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  upTo?: number,
): WaveHealth {
  const { body } = waveParts({ ...options, preset: 'ideal', imperfections: {} })
  const { course } = body.parts
  const start = emptyState(course.field)
  start.theta.set(theta)
  add(start, course.inputs, drive, 1)
  return waveHealth({ ...course, step: options.step }, start, upTo)
}
