import { channels } from '../../devices/wave-field/index.ts'
import { InsituError } from '../../src/errors.ts'
import type { Twin, TwinBank, TwinPoint } from '../../src/twins/twin.ts'
import type { WaveField } from '../wave/field.ts'
import { makeField } from '../wave/fields/spec.ts'
import type { WaveOptions } from '../wave/options.ts'
import { emptyState } from '../wave/splitting.ts'
import { memory, type Passage, passage } from './wave-passage.ts'

/** What a machine was made with, and how far it may be off. */
export interface WaveTwinOptions
  extends Pick<WaveOptions, 'field' | 'inputs' | 'outputs' | 'time' | 'step' | 'integrator'> {
  /** Standard deviation of the rates of loss; default 0.1. */
  readonly loss?: number
  /** Standard deviation of the scatter of frequencies; default 0.1. 0 leaves it out of the twin. */
  readonly scatter?: number
}

/**
 * The twin of a wave field: the passage of one frame through the same integrator, and its slopes by backpropagation through the
 * stored way, losses included. End to end: nothing is read on the way.
 *
 * Its own parameters, in the units of a field (none): `loss`, the rate at which the energy of the wave is lost; `learningLoss`, where
 * the learning field is made of modes; `scatter`, what disorder adds to every frequency, in the order in which `makeField` asks
 * for it. All begin at 0. The steps of converters and of single precision are left out. A row of the drive is a wave of its own.
 *
 * Throws `CONFIG` naming what does not fit, as `waveSimulator` does.
 */
export function waveTwin(options: WaveTwinOptions): Twin {
  const { time, step, loss = 0.1, scatter = 0.1 } = options
  const steps = Math.round(time / step)
  if (!(step > 0 && steps >= 1 && Math.abs(steps * step - time) < 1e-9 * time))
    throw new InsituError('CONFIG', `wave twin: a frame of ${time} must be a whole number of steps of ${step}`)
  const designed = makeField(options.field)
  const inputs = channels('inputs', options.inputs, designed.modes)
  const outputs = channels('outputs', options.outputs, designed.modes)
  const modes = designed.learning === 'modes'
  const places = scatter === 0 ? 0 : placesOf(designed)
  const rates = modes ? 2 : 1
  const course = { inputs, outputs, step, steps, integrator: options.integrator ?? 'leapfrog' } as const
  const state = emptyState(designed)
  const slope = emptyState(designed)
  const kept = memory(designed, course)
  const byOwn = new Float64Array(rates + places)
  const bank = (name: string, width: number, spread: number): TwinBank => ({ name, width, spread, unit: '1', start: 0 })

  let last: { readonly parameters: Float64Array; readonly way: Passage; readonly offset: Float64Array } | undefined
  /** The way through a field with these parameters; the last one is kept, since most are asked for many times. */
  const wayOf = ({ parameters }: TwinPoint) => {
    if (last?.parameters.every((value, i) => value === parameters[i])) return last
    const field = places === 0 ? designed : makeField(options.field, { size: 1, normal: (i) => parameters[rates + i] })
    const way = passage(field, course, { loss: parameters[0], learningLoss: modes ? parameters[1] : 0 })
    last = { parameters: parameters.slice(), way, offset: field.offset ?? new Float64Array(field.params) }
    return last
  }
  const ready = (theta: Float64Array, offset: Float64Array) => {
    for (const part of [state.q, state.p, state.momentum]) part.fill(0)
    for (let i = 0; i < theta.length; i++) state.theta[i] = theta[i] + offset[i]
  }
  return {
    name: `${designed.name} field, ${designed.grid.rows} x ${designed.grid.columns}`,
    width: { theta: designed.params, drive: inputs.length, sense: outputs.length },
    banks: [
      bank('loss', 1, loss),
      ...(modes ? [bank('learningLoss', 1, loss)] : []),
      ...(places === 0 ? [] : [bank('scatter', places, scatter)]),
    ],
    forward(point, sense) {
      const { way, offset } = wayOf(point)
      for (let r = 0; r < point.rows; r++) {
        ready(point.theta, offset)
        way.send(state, point.drive, r * inputs.length)
        way.read(state, sense, r * outputs.length)
      }
    },
    vjp(point, _measured, cotangent, into) {
      const { way, offset } = wayOf(point)
      byOwn.fill(0)
      into.theta?.fill(0)
      // Where disorder is an offset of the parameters, its slope is theirs.
      const byScatter = places > 0 && designed.offset === undefined ? byOwn.subarray(rates) : undefined
      for (let r = 0; r < point.rows; r++) {
        ready(point.theta, offset)
        way.record(state, point.drive, r * inputs.length, kept)
        const lost = way.pull(kept, cotangent, r * outputs.length, slope, byScatter)
        byOwn[0] += lost.loss
        if (modes) byOwn[1] += lost.learningLoss
        if (places > 0 && byScatter === undefined) add(byOwn.subarray(rates), slope.theta)
        if (into.theta !== undefined) add(into.theta, slope.theta)
        if (into.drive !== undefined) way.conjugate(slope, into.drive, r * inputs.length)
      }
      into.parameters?.set(byOwn)
    },
  }
}

function placesOf({ offset, scattered = 0, params }: WaveField): number {
  return offset === undefined ? scattered : params
}

function add(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += more[i]
}
