import type { Channel } from '../../devices/wave-field/index.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import { pieces } from '../wave/adjoint.ts'
import type { WaveField } from '../wave/field.ts'
import { damping, lossSlopes, lossy } from '../wave/losses.ts'
import { add } from '../wave/passage.ts'
import { copyState, emptyState, plainStepper, splittingOf } from '../wave/splitting.ts'

/** How a wave is sent through a field and read. */
export interface WaveCourse {
  readonly inputs: readonly Channel[]
  readonly outputs: readonly Channel[]
  readonly step: number
  readonly steps: number
  readonly integrator: 'leapfrog' | 'yoshida-4'
}

/** Rates of loss, as imperfections have them. */
interface Rates {
  readonly loss: number
  readonly learningLoss: number
}

/** One frame of one wave, out and, as slopes, back. */
export interface Passage {
  /** Runs `state` through the frame, with the drive row that begins at `from`. */
  send(state: WaveState, drive: Float64Array, from: number): void
  /** Writes the outputs of `state` into `sense` from `at` on. */
  read(state: WaveState, sense: Float64Array, at: number): void
  /** The same as `send`, keeping every state on the way. */
  record(state: WaveState, drive: Float64Array, from: number, kept: readonly WaveState[]): void
  /**
   * Turns the cotangent row that begins at `from` into d cost / d state at the start, which is written to `slope`, and returns the
   * slopes by the rates; those by disorder are added to `byScatter`.
   */
  pull(
    kept: readonly WaveState[],
    cotangent: Float64Array,
    from: number,
    slope: WaveState,
    byScatter: Float64Array | undefined,
  ): Rates
  /** Writes what `slope` says of the drive into `drive` from `at` on. */
  conjugate(slope: WaveState, drive: Float64Array, at: number): void
}

/** Room for the states of one passage. */
export function memory(field: WaveField, { integrator, step, steps }: WaveCourse): readonly WaveState[] {
  const perStep = pieces(splittingOf(integrator), step, 1).length + 2
  return Array.from({ length: perStep * steps }, () => emptyState(field))
}

/** A frame through a field that loses at these rates: half of the loss before every step and half after it. */
export function passage(
  field: WaveField,
  { inputs, outputs, step, steps, integrator }: WaveCourse,
  rates: Rates,
): Passage {
  const splitting = splittingOf(integrator)
  const damp = damping(field, step, rates)
  const stepper = lossy(field.stepper?.(splitting, step) ?? plainStepper(field, splitting, step), damp)
  const list = pieces(splitting, step, 1)
  return {
    send(state, drive, from) {
      add(state, inputs, drive.subarray(from, from + inputs.length), 1)
      stepper.run([state], steps)
    },
    read(state, sense, at) {
      for (let o = 0; o < outputs.length; o++) sense[at + o] = state[outputs[o].part][outputs[o].mode]
    },
    record(state, drive, from, kept) {
      add(state, inputs, drive.subarray(from, from + inputs.length), 1)
      for (let n = 0, at = 0; n < steps; n++) {
        copyState(state, kept[at++])
        damp?.(state)
        for (const { part, time } of list) {
          copyState(state, kept[at++])
          field[part](state, time)
        }
        copyState(state, kept[at++])
        damp?.(state)
      }
    },
    pull(kept, cotangent, from, slope, byScatter) {
      for (const part of [slope.q, slope.p, slope.theta, slope.momentum]) part.fill(0)
      for (let o = 0; o < outputs.length; o++) slope[outputs[o].part][outputs[o].mode] = cotangent[from + o]
      let [loss, learningLoss] = [0, 0]
      const pullDamp = (before: WaveState) => {
        damp?.(slope)
        const half = lossSlopes(field, step, before, slope)
        loss += half.loss
        learningLoss += half.learningLoss
      }
      let at = kept.length
      for (let n = 0; n < steps; n++) {
        pullDamp(kept[--at])
        for (let k = list.length - 1; k >= 0; k--) {
          const { part, time } = list[k]
          if (part === 'drift') field.pullDrift(kept[--at], time, slope, byScatter)
          else field.pullKick(kept[--at], time, slope, byScatter)
        }
        pullDamp(kept[--at])
      }
      return { loss, learningLoss }
    },
    conjugate(slope, drive, at) {
      for (let i = 0; i < inputs.length; i++) drive[at + i] = slope[inputs[i].part][inputs[i].mode]
    },
  }
}
