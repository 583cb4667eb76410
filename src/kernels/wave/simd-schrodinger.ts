import { schedule } from './schedule.ts'
import { type PeriodicGrid, phasesOf } from './schrodinger.ts'
import { fourierMemory, HEAD } from './simd-fourier.ts'
import type { StepperOptions } from './simd-lattice.ts'
import type { Splitting, WaveStepper } from './state.ts'

export interface SchrodingerSpec {
  readonly grid: PeriodicGrid
  /** Of every mode, row by row as the transform orders them. */
  readonly frequencies: Float64Array
  readonly g: number
  /** Mass of the learning field; Infinity where it does not move by itself. */
  readonly inertia: number
}

/** Steps of a Schroedinger field in WebAssembly, two points at a time; the bits of `disperser` and `kickSchrodinger`. */
export function schrodingerStepper(
  { grid, frequencies, g, inertia }: SchrodingerSpec,
  splitting: Splitting,
  step: number,
  { action = true }: StepperOptions = {},
): WaveStepper {
  const times = schedule(splitting, step)
  const stages = splitting.kick.length
  const moving = inertia !== Number.POSITIVE_INFINITY
  const learning = action || moving
  // The first drift, the joint one, and those after the kicks.
  const drifts = [times[0], times[1], ...splitting.kick.map((_, s) => times[2 * s + 3])]
  const size = Math.max(2, frequencies.length)
  const memory = fourierMemory(grid, (2 * drifts.length + 2) * size + times.length + drifts.length, g, inertia)
  const { kernel, count, re, im, words, take, view } = memory
  const [thetaAt, momentumAt, timesAt, listAt] = [take(size), take(size), take(times.length), take(drifts.length)]
  const phases = drifts.map((time) => {
    const at = take(2 * size)
    const turn = phasesOf(grid, frequencies, time)
    view(at, count).set(turn.re)
    view(at + 8 * size, count).set(turn.im)
    return at
  })
  view(timesAt, times.length).set(times)
  kernel.u32.set(phases, listAt / 4)
  words(0, [stages, timesAt])
  words(7, [thetaAt, momentumAt, listAt])
  words(13, [learning ? 1 : 0, moving ? 1 : 0])
  const [theta, momentum] = [view(thetaAt, count), view(momentumAt, count)]
  return {
    run(states, steps) {
      for (const state of states) {
        re.set(state.q)
        im.set(state.p)
        theta.set(state.theta)
        if (learning) momentum.set(state.momentum)
        kernel.exports.run(HEAD, steps)
        state.q.set(re)
        state.p.set(im)
        if (moving) state.theta.set(theta)
        if (learning) state.momentum.set(momentum)
      }
    },
  }
}
