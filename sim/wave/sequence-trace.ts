import type { WavePassage, WaveTrace } from '../../src/report/wave/trace.ts'
import { checkPassage } from './check-passage.ts'
import { injected } from './injector.ts'
import type { WaveOptions } from './options.ts'
import { waveParts } from './parts.ts'
import { inject, sendBack, sendOut } from './passage.ts'
import { emptyState } from './splitting.ts'

/**
 * A wave of many frames on its way out and, with an injection (frames x outputs), on its way back, for pictures: sampled
 * between frames, after a frame's reading and before the next one's drive. Throws `SHAPE` naming both lengths.
 */
export function traceSequence(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  injection: Float64Array,
): WaveTrace {
  const { body, mirror, made, injection: port } = waveParts(options)
  const { course } = body.parts
  const { field, inputs, outputs } = course
  const frames = checkPassage(body.sheet, { theta, drive, injection })
  const sent = body.sent(drive)
  const row = (frame: number) => sent.subarray(frame * inputs.length, (frame + 1) * inputs.length)
  const state = emptyState(field)
  body.store(theta)
  body.ready(state)
  const sampled = () => {
    const [q, p]: number[][] = [[], []]
    return {
      sample: () => q.push(...state.q) + p.push(...state.p),
      passage: (): WavePassage => ({
        times: Float64Array.from({ length: frames + 1 }, (_, n) => n * options.time),
        q: Float64Array.from(q),
        p: Float64Array.from(p),
      }),
    }
  }
  const [out, back] = [sampled(), sampled()]
  out.sample()
  sendOut(course, [state], (_, frame) => row(frame), frames, out.sample)
  const kicks = injected(injection, made.injectionLimit, port)
  inject(state, course, kicks, (frames - 1) * outputs.length, 'before reversal')
  mirror.reverse(state, 0)
  back.sample()
  const kick = (frame: number) => {
    inject(state, course, kicks, frame * outputs.length, 'reversed')
    back.sample()
  }
  sendBack(course, [state], row, frames, kick, () => {})
  back.sample()
  return {
    name: `${field.name} of ${field.modes} modes, ${frames} frames`,
    rows: field.grid.rows,
    columns: field.grid.columns,
    forward: out.passage(),
    echo: back.passage(),
    mirror: frames * options.time,
    injected: [...new Set(outputs.map(({ mode }) => mode))],
  }
}
