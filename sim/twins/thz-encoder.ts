import { emptyField, type Field } from '../../src/optics/plane.ts'
import type { Twin, TwinBank, TwinPoint } from '../../src/twins/twin.ts'
import { imperfectionsOf } from '../thz/presets.ts'
import { sceneCarrier } from '../thz/scenes.ts'
import type { ThzEncoderOptions } from '../thz/thz-encoder.ts'
import { thzWave } from '../thz/wave.ts'

/** How far encoders of this make may lie from their design, one standard deviation each; 0 leaves the parameters out. */
export interface ThzEncoderPriors {
  /** Gain of every reading, relative. */
  readonly gain: number
  /** Offset of every reading, V. */
  readonly offset: number
  /** What light does on every pixel, relative: the profile of its beam, and a depth that is not full. */
  readonly light: number
}

/** Ours: a detector 10 % off, some millivolts of offset, light of which a fifth is missing here and there. */
export const THZ_ENCODER_PRIORS: ThzEncoderPriors = { gain: 0.1, offset: 0.01, light: 0.2 }

/** What the encoder is designed as, and how far it may be from that. */
export interface ThzEncoderTwinOptions
  extends Omit<ThzEncoderOptions, 'preset' | 'seed' | 'maxSlots' | 'frameSeconds' | 'detector' | 'misplaced'> {
  readonly priors?: Partial<ThzEncoderPriors>
}

/**
 * The THz encoder as a model to differentiate: y_k = gain_k G sum_p P_kp light_p I_p + offset_k for pairs, where I_p is the part of the
 * open beam's power that meets pixel p: of the scene t, I = |wave(beam t)|^2 by the angular spectrum, and slopes by t through its adjoint.
 * Of single frames, light is what is taken from the whole: y_k = gain_k G (sum_p I_p - sum_p light_p I_p (1 - P_kp)) + offset_k.
 *
 * Its own parameters: `gain` (1) and `offset` (V) of every reading, `light` (1) of every pixel. Readings cannot tell all gains times c
 * from all of the light over c (pairs); a calibration keeps to its prior there. Misregistration, spreading carriers and the memory of
 * a lock-in are not in it: the modulator is linear, and frames lie where they should.
 */
export function thzEncoderTwin(options: ThzEncoderTwinOptions): Twin {
  const { pixels, patterns, pitch = 320e-6, differential = true, gain: volts = 4, fineness = 2 } = options
  const { wafer, beam } = imperfectionsOf('ideal', options)
  const wave = thzWave({ ...options, pitch, wafer, beam })
  const propagator = wave.through(wafer.thickness)
  const carrier = sceneCarrier(wave, pixels, fineness, propagator)
  const side = pixels * fineness
  const [size, cells] = [pixels * pixels, side * side]
  const pixelOf = Uint32Array.from(
    { length: cells },
    (_, n) => Math.floor(n / side / fineness) * pixels + Math.floor((n % side) / fineness),
  )
  const banks = encoderBanks(patterns, size, { ...THZ_ENCODER_PRIORS, ...options.priors })
  const own = ownParameters(banks, patterns, size)
  const back = emptyField(wave.plane)
  // The scenes of the last call: readings and slopes are asked for one after the other.
  let shown = { drive: new Float64Array(0), power: new Float64Array(0), fields: [] as readonly Field[] }

  /** Power on every pixel, rows x pixels, and the fields behind it where they are wanted. */
  const look = ({ drive, rows }: TwinPoint, fields: boolean) => {
    const known = shown.drive.length === drive.length && shown.drive.every((value, i) => value === drive[i])
    if (known && (!fields || shown.fields.length === rows)) return shown
    const power = new Float64Array(rows * size)
    const kept: Field[] = []
    carrier.each(drive, rows, (row, field) => {
      for (let n = 0; n < cells; n++)
        power[row * size + pixelOf[n]] += (field.re[n] * field.re[n] + field.im[n] * field.im[n]) / wave.open
      if (fields) kept.push({ re: field.re.slice(), im: field.im.slice() })
    })
    shown = { drive: drive.slice(), power, fields: kept }
    return shown
  }
  /** What a pixel adds to a reading for each part of its power, without the gain of the reading. */
  const act = (pattern: number, light: number) => (differential ? pattern * light : 1 - light * (1 - pattern))

  return {
    name: `thz-encoder ${patterns} of ${pixels}x${pixels}${differential ? '' : ', single frames'}`,
    width: { theta: patterns * size, drive: size, sense: patterns },
    banks,
    forward(point, sense) {
      const { power } = look(point, false)
      const { gain, offset, light } = own.read(point.parameters)
      for (let r = 0; r < point.rows; r++)
        for (let k = 0; k < patterns; k++) {
          let sum = 0
          for (let p = 0; p < size; p++) sum += act(point.theta[k * size + p], light[p]) * power[r * size + p]
          sense[r * patterns + k] = gain[k] * volts * sum + offset[k]
        }
    },
    vjp(point, _measured, cotangent, into) {
      const { power, fields } = look(point, into.drive !== undefined)
      const { gain, light } = own.read(point.parameters)
      const { theta } = point
      into.theta?.fill(0)
      const slopes = own.slopes()
      const along = new Float64Array(size)
      for (let r = 0; r < point.rows; r++) {
        along.fill(0)
        for (let k = 0; k < patterns; k++) {
          const c = cotangent[r * patterns + k]
          const g = c * gain[k] * volts
          let sum = 0
          for (let p = 0, i = k * size; p < size; p++, i++) {
            const seen = power[r * size + p]
            const acting = act(theta[i], light[p])
            along[p] += g * acting
            sum += acting * seen
            slopes.light[p] += g * seen * (differential ? theta[i] : theta[i] - 1)
            if (into.theta !== undefined) into.theta[i] += g * light[p] * seen
          }
          slopes.gain[k] += c * volts * sum
          slopes.offset[k] += c
        }
        if (into.drive !== undefined) backward(fields[r], along, into.drive.subarray(r * size, (r + 1) * size))
      }
      if (into.parameters !== undefined) own.write(slopes, into.parameters)
    },
  }

  /** Slopes by a scene from those by the power on every pixel. */
  function backward({ re, im }: Field, along: Float64Array, into: Float64Array): void {
    for (let n = 0; n < cells; n++) {
      const slope = (2 * along[pixelOf[n]]) / wave.open
      back.re[n] = slope * re[n]
      back.im[n] = slope * im[n]
    }
    propagator.adjoint(back, back)
    into.fill(0)
    for (let n = 0; n < cells; n++) into[pixelOf[n]] += wave.beam[n] * back.re[n]
  }
}

interface Own {
  readonly gain: Float64Array
  readonly offset: Float64Array
  readonly light: Float64Array
}

/** The twin's own parameters, those that are known exactly left out. */
function encoderBanks(patterns: number, size: number, priors: ThzEncoderPriors): readonly TwinBank[] {
  return [
    { name: 'gain', width: patterns, unit: '1', start: 1, spread: priors.gain },
    { name: 'offset', width: patterns, unit: 'V', start: 0, spread: priors.offset },
    { name: 'light', width: size, unit: '1', start: 1, spread: priors.light },
  ].filter(({ spread }) => spread > 0)
}

/** Their way from and to the flat parameters; those without a bank are as designed. */
function ownParameters(banks: readonly TwinBank[], patterns: number, size: number) {
  const arrays = (gain: number, light: number): Own => ({
    gain: new Float64Array(patterns).fill(gain),
    offset: new Float64Array(patterns),
    light: new Float64Array(size).fill(light),
  })
  const values = arrays(1, 1)
  const each = (visit: (name: keyof Own, from: number, to: number) => void) => {
    let from = 0
    for (const { name, width } of banks) {
      visit(name as keyof Own, from, from + width)
      from += width
    }
  }
  return {
    read(parameters: Float64Array): Own {
      each((name, from, to) => values[name].set(parameters.subarray(from, to)))
      return values
    },
    slopes: () => arrays(0, 0),
    write(slopes: Own, into: Float64Array): void {
      each((name, from) => into.set(slopes[name], from))
    },
  }
}
