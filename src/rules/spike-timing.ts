import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { meanSquaredError } from '../cost/mean-squared-error.ts'
import { InsituError } from '../errors.ts'
import type { Rule } from './rule.ts'
import { noTiming, type TimingOptions } from './timing/crossings.ts'
import { spikeTimeGradient } from './timing/gradient.ts'
import { checkLayer, type SpikingLayer, spikingLayerOf } from './timing/layer.ts'

export interface SpikeTimingOptions extends TimingOptions {
  /** Cost of the spike times; default their mean squared error, in the time unit squared. */
  readonly cost?: Cost
  /** What is known better than by the machine's data sheet: measured time constants or thresholds. */
  readonly layer?: Partial<SpikingLayer>
}

export interface SpikeTimingState {
  readonly layer: SpikingLayer
  readonly gradient: Float64Array
}

/**
 * Exact gradients of spike times with several spikes per neuron (Yamamoto, Sakemi and Aihara 2022): the machine fires, and
 * its spike times, the stored weights and the time constants of its sheet give the gradient, resets included.
 *
 * Needs a machine whose settings state a `SpikingLayer` (`devices/spiking-layer`), else throws `CAPABILITY`. A cost of
 * spikes that did not come is counted, but has no gradient unless `wake` is set; `health.silent` is their share of the
 * readings, `health.grazing` the share of spikes whose slope was cut.
 */
export function spikeTiming(options: SpikeTimingOptions = {}): Rule<never, SpikeTimingState> {
  const { cost = meanSquaredError, layer: known, ...timing } = options
  const { leastSlope, wake } = timing
  if (leastSlope !== undefined && !(leastSlope > 0 && Number.isFinite(leastSlope)))
    throw new InsituError('CONFIG', `spike-timing: leastSlope must be positive, got ${leastSlope}`)
  if (wake !== undefined && !(wake >= 0 && Number.isFinite(wake)))
    throw new InsituError('CONFIG', `spike-timing: wake must be zero or positive, got ${wake}`)
  return {
    name: 'spike-timing',
    needs: [],
    begin({ sheet, name }) {
      const layer = { ...spikingLayerOf('spike-timing', sheet, name), ...known }
      checkLayer('spike-timing', layer)
      checkWidths(layer, [paramCount(sheet), sheet.drive.width, sheet.sense.width], name)
      return { layer, gradient: new Float64Array(paramCount(sheet)) }
    },
    async step(device, { layer, gradient }, theta, lessons, opts) {
      const { width } = device.sheet.sense
      const inputs = device.sheet.drive.width
      const { rows, drive, target } = lessons.next()
      if (target.length !== rows * width)
        throw new InsituError(
          'SHAPE',
          `${device.name}: a lesson of ${rows} rows has ${target.length} targets, wanted ${rows * width} (rows x sense width)`,
        )
      const sense = new Float64Array(rows * width)
      const receipt = await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, sense, opts)
      const targets = { data: target, rows, hold: 1 }
      const costs = new Float64Array(rows)
      const costSlopes = new Float64Array(rows * width)
      cost.values(sense, rows, width, targets, costs)
      cost.gradient(sense, rows, width, targets, costSlopes)
      gradient.fill(0)
      const health = noTiming()
      for (let r = 0; r < rows; r++) {
        const row = (all: Float64Array, count: number) => all.subarray(r * count, (r + 1) * count)
        const shown = { drive: row(drive, inputs), spikes: row(sense, width) }
        spikeTimeGradient(layer, theta, shown, row(costSlopes, width), { weights: gradient }, timing, health)
      }
      for (let i = 0; i < gradient.length; i++) gradient[i] /= rows
      const { slots, clipped, saturated, retries } = receipt
      const fired = Math.max(1, sense.length - health.silent)
      return {
        cost: costs.reduce((sum, one) => sum + one, 0) / rows,
        gradient,
        ...{ slots, clipped, saturated, retries },
        health: { grazing: health.grazing / fired, silent: health.silent / sense.length },
      }
    },
  }
}

/** Throws `SHAPE` if the layer is not laid out as the ports of the machine are. */
function checkWidths(layer: SpikingLayer, given: readonly number[], name: string): void {
  const { inputs, spikesPerInput, neurons, spikesPerNeuron } = layer
  const wanted = [inputs * neurons, inputs * spikesPerInput, neurons * spikesPerNeuron]
  const at = wanted.findIndex((count, n) => count !== given[n])
  if (at < 0) return
  const what = ['parameters', 'inputs', 'readings'][at]
  throw new InsituError('SHAPE', `spike-timing: the layer has ${wanted[at]} ${what}, ${name} has ${given[at]}`)
}
