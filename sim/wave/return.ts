import type { WaveState } from '../../src/kernels/wave/state.ts'
import { type Course, conjugates, inject, sendBack } from './passage.ts'

/** A reversed wave at the beginning of its way back. */
export interface Reversed {
  readonly state: WaveState
  /** Frames x outputs; the last frame's it had before it was reversed. */
  readonly kicks: Float64Array
}

/** A wave at the end of its way back, still reversed. */
export interface Returned {
  readonly state: WaveState
  /** Frames x inputs: what was conjugate to each drive value. */
  readonly conjugate: Float64Array
  /** The field where it was sent in, one number per input. */
  readonly returned: Float64Array
}

/** Runs reversed waves back in place, through the frames of one drive (frames x inputs); none knows of the others. */
export function bringBack(course: Course, waves: readonly Reversed[], drive: Float64Array): readonly Returned[] {
  const { inputs, outputs } = course
  const width = inputs.length
  const met = waves.map(({ state, kicks }) => ({
    ...{ state, kicks, conjugate: new Float64Array(drive.length), returned: new Float64Array(width) },
  }))
  sendBack(
    course,
    waves.map(({ state }) => state),
    (frame) => drive.subarray(frame * width, (frame + 1) * width),
    drive.length / width,
    (frame) => {
      for (const { state, kicks } of met) inject(state, course, kicks, frame * outputs.length, 'reversed')
    },
    (frame) => {
      for (const { state, conjugate, returned } of met) {
        conjugates(state, course, conjugate, frame * width)
        if (frame > 0) continue
        inputs.forEach(({ mode, part }, i) => {
          returned[i] = part === 'q' ? state.q[mode] : -state.p[mode]
        })
      }
    },
  )
  return met.map(({ state, conjugate, returned }) => ({ state, conjugate, returned }))
}
