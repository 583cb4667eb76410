import { type Activation, type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import { exp } from '../../src/kernels/exp.ts'
import type { Surrogate } from '../../src/twins/layers.ts'
import { slopeOf } from '../../src/twins/surrogate.ts'
import { type Measured, startParameters, type Twin, type TwinPoint, twinParameterCount } from '../../src/twins/twin.ts'
import { type ChipPriors, chipBanks, chipConstants, USUAL_PRIORS } from './mgd-chip-banks.ts'

export interface ChipTwinOptions {
  /**
   * What stands for the slope of a neuron in `vjp`; default `nominal`, the slope of the curve with the twin's own constants,
   * which after a calibration are the fitted ones. Calibrate a twin with `nominal` alone: others are no slopes of `forward`.
   */
  readonly surrogate?: Surrogate
  /**
   * Where on its curve a neuron is taken to be: where its net input puts it (from measured signals of the layer before, and
   * the weights as the twin has them), or where its own measured output says. Default `inputs`.
   */
  readonly slopesAt?: 'inputs' | 'outputs'
  /** How far a chip of this make may lie from its design; what is left out is as in `USUAL_PRIORS`. */
  readonly priors?: Partial<ChipPriors>
}

const ACTIVATIONS: { readonly [A in Activation]: (u: number) => number } = {
  sigmoid: (u) => 1 / (1 + exp(-u)),
  tanh: (u) => 2 / (1 + exp(-2 * u)) - 1,
  relu: (u) => Math.max(u, 0),
}

/**
 * The analog chip as a model to differentiate: y = scale f(slope (z - shift)) + lift, z = sum_j a_j w_jo - b_o, and every
 * stored voltage v acts as gain v + offset.
 *
 * Its own parameters (`mgd-chip-banks.ts`): gain (1) and offset (V) of every stored parameter, in the order of theta; scale (V),
 * slope (1/V), shift (V) and lift (V) of every neuron, layer by layer. With taps measured (the outputs of all hidden neurons in V)
 * slopes are taken layer by layer at them; a tap that is NaN is worked out. Converters, leak and noise are not in it.
 *
 * Readings cannot tell apart, whatever is stored and driven: (1) per neuron, slope / c against gains, offsets and shift times c;
 * (2) per neuron, shift against the offset of its bias; (3) per hidden neuron, scale and lift times c against the gains and offsets
 * of what leaves it, divided by c. At a single theta they do not tell gain from offset, and nothing of a gain where theta is 0.
 * Along these directions a calibration keeps to its prior. Source of the four constants: McCaughan et al. (2023).
 */
export function mgdChipTwin(spec: ChipSpec, options: ChipTwinOptions = {}): Twin {
  const { surrogate = 'nominal', slopesAt = 'inputs' } = options
  const { layers, inputs, outputs, neurons, paramCount } = chipLayout(spec)
  const hidden = neurons - outputs
  const banks = chipBanks(spec, { ...USUAL_PRIORS, ...options.priors })
  const own = twinParameterCount({ banks })
  const constants = chipConstants(banks, startParameters({ banks }), { paramCount, neurons })
  const activation = ACTIVATIONS[spec.activation]
  const slope = slopeOf(spec.activation, surrogate)
  // Weights as they act, signals of one row (drive, then outputs of every neuron), and slopes by them: made once.
  const acting = new Float64Array(paramCount)
  const actingSlopes = new Float64Array(paramCount)
  const signal = new Float64Array(inputs + neurons)
  const curve = new Float64Array(neurons)
  const net = new Float64Array(neurons)
  const back = new Float64Array(inputs + neurons)
  const ownSlopes = chipConstants(banks, new Float64Array(own), { paramCount, neurons })

  const prepare = ({ theta, parameters }: TwinPoint) => {
    constants.take(parameters)
    const { gain, offset } = constants
    for (let i = 0; i < paramCount; i++) acting[i] = gain[i] * theta[i] + offset[i]
  }
  /** What neuron n put out in row r, NaN where it was not measured. */
  const measuredOf = (measured: Measured, r: number, n: number) =>
    n >= hidden ? measured.sense[r * outputs + n - hidden] : (measured.state?.[r * hidden + n] ?? Number.NaN)
  /** Row r from its drive on; where there are measured outputs, those go on to the next layer. */
  const pass = (drive: Float64Array, r: number, measured: Measured | undefined) => {
    const { scale, slope: steep, shift, lift } = constants
    for (let j = 0; j < inputs; j++) signal[j] = drive[r * inputs + j]
    let from = 0
    let first = 0
    for (const layer of layers) {
      const next = layer.outputs
      for (let o = 0; o < next; o++) net[first + o] = -acting[layer.b + o]
      for (let j = 0, w = layer.w; j < layer.inputs; j++, w += next) {
        const a = signal[from + j]
        for (let o = 0; o < next; o++) net[first + o] += a * acting[w + o]
      }
      from += layer.inputs
      for (let n = first; n < first + next; n++) {
        const f = activation(steep[n] * (net[n] - shift[n]))
        curve[n] = f
        signal[inputs + n] = scale[n] * f + lift[n]
        if (measured === undefined) continue
        const y = measuredOf(measured, r, n)
        if (Number.isNaN(y)) continue
        signal[inputs + n] = y
        if (slopesAt === 'outputs' && scale[n] !== 0) curve[n] = (y - lift[n]) / scale[n]
      }
      first += next
    }
  }
  /** Slopes of one row, added to those by weights and constants; `back` holds the cotangent of the outputs at its end. */
  const passBack = (wanted: boolean) => {
    const { scale, slope: steep, shift } = constants
    back.fill(0, 0, inputs + hidden)
    let first = neurons
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l]
      const width = layer.outputs
      first -= width
      const from = inputs + first - layer.inputs
      for (let n = first; n < first + width; n++) {
        const y = back[inputs + n]
        const u = y * scale[n] * slope(curve[n])
        if (wanted) {
          ownSlopes.scale[n] += y * curve[n]
          ownSlopes.lift[n] += y
          ownSlopes.slope[n] += u * (net[n] - shift[n])
          ownSlopes.shift[n] -= u * steep[n]
        }
        // From here on `back` holds the slope by the net input.
        back[inputs + n] = u * steep[n]
        actingSlopes[layer.b + n - first] -= u * steep[n]
      }
      const at = inputs + first
      for (let j = 0, w = layer.w; j < layer.inputs; j++, w += width) {
        const a = signal[from + j]
        let sum = 0
        for (let o = 0; o < width; o++) {
          const z = back[at + o]
          actingSlopes[w + o] += a * z
          sum += acting[w + o] * z
        }
        back[from + j] = sum
      }
    }
  }
  return {
    name: `mgd-chip ${spec.layers.join('-')} ${spec.activation}${surrogate === 'nominal' ? '' : `, ${surrogate} slopes`}`,
    width: { theta: paramCount, drive: inputs, sense: outputs },
    banks,
    ...(hidden > 0 && { state: { facet: 'taps', width: hidden } }),
    forward(point, sense) {
      prepare(point)
      for (let r = 0; r < point.rows; r++) {
        pass(point.drive, r, undefined)
        for (let o = 0; o < outputs; o++) sense[r * outputs + o] = signal[inputs + hidden + o]
      }
    },
    vjp(point, measured, cotangent, into) {
      prepare(point)
      const wanted = into.parameters !== undefined
      actingSlopes.fill(0)
      if (wanted) ownSlopes.clear()
      for (let r = 0; r < point.rows; r++) {
        pass(point.drive, r, measured)
        for (let o = 0; o < outputs; o++) back[inputs + hidden + o] = cotangent[r * outputs + o]
        passBack(wanted)
        if (into.drive !== undefined) for (let j = 0; j < inputs; j++) into.drive[r * inputs + j] = back[j]
      }
      const { gain } = constants
      if (into.theta !== undefined) for (let i = 0; i < paramCount; i++) into.theta[i] = gain[i] * actingSlopes[i]
      if (into.parameters === undefined) return
      for (let i = 0; i < paramCount; i++) {
        ownSlopes.gain[i] = point.theta[i] * actingSlopes[i]
        ownSlopes.offset[i] = actingSlopes[i]
      }
      ownSlopes.give(into.parameters)
    },
  }
}
