import type { Channel } from '../../devices/wave-field/index.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import { recorded } from './adjoint.ts'
import { checkPassage, checkRows } from './check-passage.ts'
import { damping } from './losses.ts'
import type { WaveOptions } from './options.ts'
import { waveParts } from './parts.ts'
import { add } from './passage.ts'
import { emptyState, splittingOf } from './splitting.ts'

/** The gradient of a cost of one passage, by backpropagation through time. */
export interface ReferenceGradient {
  /** Frames x outputs. */
  readonly output: Float64Array
  readonly slopes: Float64Array
  /** By the learning field, by its momentum at the start, and by the drive (frames x inputs). */
  readonly theta: Float64Array
  readonly momentum: Float64Array
  readonly drive: Float64Array
}

/**
 * What an echo should find: the exact gradient of a passage through the same integrator, disorder and losses included, by
 * the discrete adjoint. Stores the whole trajectory. Throws `SHAPE` naming both lengths where one does not fit.
 */
export function referenceGradient(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  slopesOf: (output: Float64Array) => Float64Array,
): ReferenceGradient {
  const { body, made } = waveParts(options)
  const { course } = body.parts
  const { field, inputs, outputs, steps } = course
  const splitting = splittingOf(options.integrator ?? 'leapfrog')
  const frames = checkPassage(body.sheet, { theta, drive })
  const sent = body.sent(drive)
  const damp = damping(field, options.step, made)
  const state = emptyState(field)
  body.store(theta)
  body.ready(state)
  const output = new Float64Array(frames * outputs.length)
  const pulls: ((slope: WaveState) => void)[] = []
  for (let frame = 0; frame < frames; frame++) {
    add(state, inputs, sent.subarray(frame * inputs.length, (frame + 1) * inputs.length), 1)
    if (damp === undefined) pulls.push(recorded(field, splitting, options.step, steps, state))
    else
      for (let n = 0; n < steps; n++) {
        damp(state)
        pulls.push(damp, recorded(field, splitting, options.step, 1, state), damp)
        damp(state)
      }
    outputs.forEach(({ mode, part }, o) => {
      output[frame * outputs.length + o] = state[part][mode]
    })
  }
  const slopes = slopesOf(output)
  checkRows(body.sheet, 'slopes', slopes, frames)
  const slope = emptyState(field)
  const byDrive = new Float64Array(drive.length)
  const perFrame = pulls.length / frames
  for (let frame = frames - 1; frame >= 0; frame--) {
    gather(slope, outputs, slopes, frame * outputs.length)
    for (let n = (frame + 1) * perFrame - 1; n >= frame * perFrame; n--) pulls[n](slope)
    inputs.forEach(({ mode, part }, i) => {
      byDrive[frame * inputs.length + i] = slope[part][mode]
    })
  }
  return { output, slopes, theta: slope.theta, momentum: slope.momentum, drive: byDrive }
}

function gather(slope: WaveState, outputs: readonly Channel[], slopes: Float64Array, first: number): void {
  outputs.forEach(({ mode, part }, o) => {
    slope[part][mode] += slopes[first + o]
  })
}
