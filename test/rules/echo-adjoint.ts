import { channels } from '../../devices/wave-field/index.ts'
import { emptyState, leapfrog, makeField, recorded, type WaveOptions, yoshida4 } from '../../sim/wave/index.ts'

/** What backpropagation through the simulator's own integrator says of one passage. */
export interface Adjoint {
  readonly output: Float64Array
  readonly theta: Float64Array
  /** d cost / d momentum of the learning field at the start. */
  readonly momentum: Float64Array
  readonly drive: Float64Array
}

/** The gradient of a cost over the readings of a passage, by the discrete adjoint of an ideal simulated wave field. */
export function adjointOf(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  slopesOf: (output: Float64Array) => Float64Array,
): Adjoint {
  const { field } = makeField(options.field)
  const inputs = channels('inputs', options.inputs, field.modes)
  const outputs = channels('outputs', options.outputs, field.modes)
  const splitting = options.integrator === 'yoshida-4' ? yoshida4 : leapfrog
  const steps = Math.round(options.time / options.step)
  const frames = drive.length / inputs.length
  const state = emptyState(field)
  state.theta.set(theta)
  const output = new Float64Array(frames * outputs.length)
  const back = Array.from({ length: frames }, (_, t) => {
    inputs.forEach(({ mode, part }, i) => {
      state[part][mode] += drive[t * inputs.length + i]
    })
    const pull = recorded(field, splitting, options.step, steps, state)
    outputs.forEach(({ mode, part }, o) => {
      output[t * outputs.length + o] = state[part][mode]
    })
    return pull
  })
  const slopes = slopesOf(output)
  const slope = emptyState(field)
  const found = new Float64Array(drive.length)
  for (let t = frames - 1; t >= 0; t--) {
    outputs.forEach(({ mode, part }, o) => {
      slope[part][mode] += slopes[t * outputs.length + o]
    })
    back[t](slope)
    inputs.forEach(({ mode, part }, i) => {
      found[t * inputs.length + i] = slope[part][mode]
    })
  }
  return { output, theta: slope.theta, momentum: slope.momentum, drive: found }
}
