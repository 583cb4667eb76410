import type { Unit } from '../../contract/sheet.ts'
import type { Twin } from '../twin.ts'

export interface FieldAmplitudeOptions {
  readonly inputs: number
  /** Unit of a reading; default "1". */
  readonly unit?: Unit
  /** How far a part of the field may lie from 0, per unit of its input; default Infinity, nothing is known. */
  readonly spread?: number
  /**
   * Source whose field has phase 0: an input, or `inputs` for the background (default). The amplitude says nothing of the phase
   * that all sources have in common, so one of them sets it.
   */
  readonly reference?: number
}

/**
 * One detector of amplitude in a linear field: |h . x + b|, h the complex response to each of the inputs and b the background.
 *
 * Its own parameters are the real parts of h and b (`inputs + 1`), and the imaginary parts of all but the reference (`inputs`). Their
 * sign is free where only amplitudes are known: h and its conjugate read the same. Where the field is 0 its slopes are 0.
 */
export function fieldAmplitude(options: FieldAmplitudeOptions): Twin {
  const { inputs, unit = '1', spread = Infinity, reference = inputs } = options
  const sources = inputs + 1
  /** The field at a row; the same two numbers are used again. */
  const field = new Float64Array(2)
  const at = (drive: Float64Array, first: number, parameters: Float64Array): number => {
    let [real, imaginary] = [parameters[inputs], 0]
    let next = sources
    for (let i = 0; i < inputs; i++) {
      const x = drive[first + i]
      real += parameters[i] * x
      if (i !== reference) imaginary += parameters[next++] * x
    }
    if (reference !== inputs) imaginary += parameters[next]
    field[0] = real
    field[1] = imaginary
    return Math.sqrt(real * real + imaginary * imaginary)
  }
  return {
    name: 'field-amplitude',
    width: { theta: 0, drive: inputs, sense: 1 },
    banks: [
      { name: 'real', width: sources, unit, start: 0, spread },
      { name: 'imaginary', width: inputs, unit, start: 0, spread },
    ],
    forward({ drive, rows, parameters }, sense) {
      for (let r = 0; r < rows; r++) sense[r] = at(drive, r * inputs, parameters)
    },
    vjp({ drive, rows, parameters }, _measured, cotangent, into) {
      const own = into.parameters?.fill(0)
      for (let r = 0; r < rows; r++) {
        const first = r * inputs
        const amplitude = at(drive, first, parameters)
        const weight = amplitude === 0 ? 0 : cotangent[r] / amplitude
        const [real, imaginary] = [weight * field[0], weight * field[1]]
        let next = sources
        for (let i = 0; i < inputs; i++) {
          const x = drive[first + i]
          const turned = i === reference ? -1 : next++
          if (own !== undefined) {
            own[i] += real * x
            if (turned >= 0) own[turned] += imaginary * x
          }
          if (into.drive !== undefined)
            into.drive[first + i] = real * parameters[i] + (turned < 0 ? 0 : imaginary * parameters[turned])
        }
        if (own === undefined) continue
        own[inputs] += real
        if (reference !== inputs) own[next] += imaginary
      }
    },
  }
}
