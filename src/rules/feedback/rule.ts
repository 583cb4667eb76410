import { paramCount } from '../../contract/sheet.ts'
import type { Cost } from '../../cost/cost.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import type { Product } from '../../kernels/product.ts'
import type { Surrogate } from '../../twins/layers.ts'
import { slopeOf } from '../../twins/surrogate.ts'
import type { Rule } from '../rule.ts'
import { activity, Room } from './activity.ts'
import { type Carrier, type OpenCarrier, UNUSED } from './carrier.ts'
import { checkLayers, type NeuronLayer } from './layers.ts'
import { addRidge, checkRidge, type Ridge } from './ridge.ts'
import { writeLayer } from './write-layer.ts'

export interface FeedbackOptions {
  /** Where the layers of the machine lie in theta, from its drive to its readings. */
  readonly layers: readonly NeuronLayer[]
  /** What stands for the slopes of the neurons, outputs included; default `nominal`, of the curves the layers name. */
  readonly surrogate?: Surrogate
  /** Default the mean squared error. */
  readonly cost?: Cost
  /** Weight decay of one layer; default none. */
  readonly ridge?: Ridge
}

export interface FeedbackState {
  readonly carrier: Carrier
  readonly gradient: Float64Array
  readonly taps: Room
  /** Errors at each hidden layer. */
  readonly arrived: readonly Room[]
  /** One for each layer, for lessons of as many rows as the last. */
  products: (Product | undefined)[]
  rows: number
  step: number
}

/**
 * What rules without a twin share: one read of a lesson with taps, errors that come back some way, and for each weight the
 * product of the signal before it and the error behind it, the mean over the rows.
 */
export function feedbackRule(name: string, options: FeedbackOptions, open: OpenCarrier): Rule<'taps', FeedbackState> {
  const { layers, surrogate = 'nominal', cost = meanSquaredError, ridge } = options
  const slopes = layers.map(({ activation }) => slopeOf(activation, surrogate))
  checkRidge(name, ridge, layers)
  return {
    name,
    needs: ['taps'],
    begin(device) {
      checkLayers(name, layers, device)
      const gradient = new Float64Array(paramCount(device.sheet))
      const arrived = layers.slice(1).map(() => new Room())
      return { carrier: open(device, layers), gradient, taps: new Room(), arrived, products: [], rows: 0, step: 0 }
    },
    async step(device, state, theta, lessons, opts) {
      const seen = await activity(name, device, lessons.next(), cost, state.taps, opts)
      const { rows, signals, lost, receipt } = seen
      const { carrier, gradient } = state
      state.step++
      if (state.rows !== rows) state.products = []
      state.rows = rows
      const last = layers.length - 1
      const output = seen.slopes.map((slope) => slope / (rows - lost))
      throughNeurons(output, signals[last + 1], slopes[last], layers[last].gain)
      const used = (await carrier.bring?.(output, rows, opts)) ?? UNUSED
      gradient.fill(0)
      let above: Float64Array = output
      for (let l = last; l >= 0; l--) {
        if (l < last) {
          const arrived = state.arrived[l].take(signals[l + 1].length)
          carrier.back(l, { rows, output, above }, theta, arrived)
          throughNeurons(arrived, signals[l + 1], slopes[l], layers[l].gain)
          above = arrived
        }
        state.products[l] = writeLayer(layers[l], signals[l], above, rows, state.products[l], gradient)
      }
      addRidge(ridge, layers, state.step, theta, gradient)
      return {
        cost: seen.cost,
        gradient,
        slots: receipt.slots + used.slots,
        clipped: receipt.clipped + used.clipped,
        saturated: receipt.saturated + used.saturated,
        retries: receipt.retries + used.retries,
        health: { alignment: carrier.alignment(theta), ...(lost > 0 && { discarded: lost }) },
      }
    },
  }
}

/** Takes errors at the outputs of neurons back to their sums, in place. */
function throughNeurons(errors: Float64Array, outputs: Float64Array, slope: (y: number) => number, gain = 1): void {
  for (let i = 0; i < errors.length; i++) errors[i] *= gain * slope(outputs[i])
}
