import { InsituError } from '../../src/errors.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import type { WavePassage, WaveTrace } from '../../src/report/wave/trace.ts'
import { checkFrame } from './check-passage.ts'
import { isCount, shown } from './fields/check.ts'
import { injected } from './injector.ts'
import type { WaveOptions } from './options.ts'
import { waveParts } from './parts.ts'
import { add, inject } from './passage.ts'
import { emptyState } from './splitting.ts'

export interface TracingOptions {
  /** Moments sampled each way, beside the first; default 200, at most one per step. */
  readonly samples?: number
  /** Which field is shown: that which carries the waves (default), or that which learns. */
  readonly of?: 'evaluation' | 'learning'
}

/**
 * Samples a wave of one frame on its way out and, with an injection, on its way back: for pictures. Throws `SHAPE` naming
 * both lengths.
 */
export function traceWave(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  injection: Float64Array,
  { samples = 200, of = 'evaluation' }: TracingOptions = {},
): WaveTrace {
  const { body, mirror, made, injection: port } = waveParts(options)
  const { course } = body.parts
  const { field, steps, stepper } = course
  checkFrame(body.sheet, { theta, drive, injection })
  if (!isCount(samples))
    throw new InsituError('CONFIG', `wave-field: samples must be a whole number from 1, got ${shown(samples)}`)
  const state = emptyState(field)
  body.store(theta)
  body.ready(state)
  add(state, course.inputs, body.sent(drive), 1)
  const part = ({ q, p, theta: x, momentum: y }: WaveState) => (of === 'evaluation' ? [q, p] : [x, y])
  const every = Math.max(1, Math.round(steps / samples))
  const out = [...Array.from({ length: Math.ceil(steps / every) }, (_, n) => n * every), steps]
  const sample = (moments: readonly number[]): WavePassage => {
    const [times, q, p]: number[][] = [[], [], []]
    let done = 0
    for (const moment of moments) {
      if (moment > done) stepper.run([state], moment - done)
      done = moment
      const [re, im] = part(state)
      times.push(done * options.step)
      q.push(...re)
      p.push(...im)
    }
    return { times: Float64Array.from(times), q: Float64Array.from(q), p: Float64Array.from(p) }
  }
  const forward = sample(out)
  inject(state, course, injected(injection, made.injectionLimit, port), 0, 'before reversal')
  mirror.reverse(state, 0)
  const learning = of === 'learning'
  const count = learning ? field.params : field.modes
  const gridded = field.grid.rows * field.grid.columns === count
  return {
    name: `${field.name} of ${count} modes`,
    rows: gridded ? field.grid.rows : 1,
    columns: gridded ? field.grid.columns : count,
    forward,
    // The moments of the way out, seen from the mirror: what the error changed is the difference.
    echo: sample(out.map((moment) => steps - moment).reverse()),
    mirror: options.time,
    ...(!learning && {
      injected: [...new Set(course.outputs.map(({ mode }) => mode))],
      driven: [...new Set(course.inputs.map(({ mode }) => mode))],
    }),
  }
}
