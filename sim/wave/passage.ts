import type { Channel } from '../../devices/wave-field/index.ts'
import type { WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'

/** How waves run through a field, frame by frame. */
export interface Course {
  readonly field: WaveField
  readonly stepper: WaveStepper
  /** Steps of one frame. */
  readonly steps: number
  readonly inputs: readonly Channel[]
  readonly outputs: readonly Channel[]
}

/** Runs `frames` frames out; `read` is called at the end of each, with the states as they are. */
export function sendOut(
  { stepper, steps, inputs }: Course,
  states: readonly WaveState[],
  drive: (state: number, frame: number) => Float64Array,
  frames: number,
  read: (frame: number) => void,
): void {
  for (let frame = 0; frame < frames; frame++) {
    states.forEach((state, s) => {
      add(state, inputs, drive(s, frame), 1)
    })
    stepper.run(states, steps)
    read(frame)
  }
}

/**
 * Runs reversed states back through the same frames, the last one first: `kick` is called at the end of each (not of the
 * last, which is kicked before it is reversed), `met` at its beginning, where its drive is then taken away again.
 */
export function sendBack(
  { stepper, steps, inputs }: Course,
  states: readonly WaveState[],
  drive: (frame: number) => Float64Array,
  frames: number,
  kick: (frame: number) => void,
  met: (frame: number) => void,
): void {
  for (let frame = frames - 1; frame >= 0; frame--) {
    if (frame < frames - 1) kick(frame)
    stepper.run(states, steps)
    met(frame)
    for (const state of states) remove(state, inputs, drive(frame))
  }
}

/** Adds a drive row to the field. */
export function add(state: WaveState, inputs: readonly Channel[], row: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < inputs.length; i++) state[inputs[i].part][inputs[i].mode] += sign * row[i]
}

/** Takes a drive row away from a reversed field, in which every p has the other sign. */
function remove(state: WaveState, inputs: readonly Channel[], row: Float64Array): void {
  for (let i = 0; i < inputs.length; i++) {
    const { mode, part } = inputs[i]
    if (part === 'q') state.q[mode] -= row[i]
    else state.p[mode] += row[i]
  }
}

/**
 * Gives every output a kick with the energy -kick * reading: p of a read q grows by bracket * kick, q of a read p shrinks.
 * In a reversed field p grows the other way.
 */
export function inject(
  state: WaveState,
  { outputs, field }: Course,
  kicks: ArrayLike<number>,
  first: number,
  time: 'before reversal' | 'reversed',
): void {
  const sign = time === 'reversed' ? -1 : 1
  for (let o = 0; o < outputs.length; o++) {
    const { mode, part } = outputs[o]
    const push = field.bracket * kicks[first + o]
    if (part === 'q') state.p[mode] += sign * push
    else state.q[mode] -= push
  }
}

/** What is conjugate to every input of a reversed field: the integral of -dH / d drive, were the drive a parameter. */
export function conjugates(state: WaveState, { inputs, field }: Course, into: Float64Array, first: number): void {
  for (let i = 0; i < inputs.length; i++) {
    const { mode, part } = inputs[i]
    into[first + i] = (part === 'q' ? -state.p[mode] : -state.q[mode]) / field.bracket
  }
}
