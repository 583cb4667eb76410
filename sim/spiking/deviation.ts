import type { SpikingModel } from './engine.ts'
import type { SpikeTrace } from './trace.ts'

/** How far a model is from the exact solution of the same network under the same drive. */
export interface Deviation {
  /** Of the membranes at the ends of ticks, in thresholds (in the largest membrane where neurons never spike). */
  readonly membraneRms: number
  readonly membraneMax: number
  /** Spikes of the model minus spikes of the exact solution. */
  readonly spikes: number
  /** How much later the model's spikes come, in ticks, pair by pair in order; nothing where there is no pair. */
  readonly shiftMean: number | undefined
  readonly shiftMax: number | undefined
}

/** Compares two traces of one population; the model's lag behind its drive is no deviation and taken out first. */
export function deviation(model: SpikingModel, ours: SpikeTrace, exact: SpikeTrace): Deviation {
  const { lag, dt, network } = model
  const { size } = exact
  const thresholds = network.populations[exact.population].neurons.vThreshold
  const largest = exact.membranes.reduce((a, v) => Math.max(a, Math.abs(v)), 0) || 1
  let squares = 0
  let membraneMax = 0
  const count = Math.max(0, exact.ticks - lag) * size
  for (let k = 0; k < count; k++) {
    const threshold = thresholds[k % size]
    const unit = Number.isFinite(threshold) ? Math.abs(threshold) || 1 : largest
    const error = Math.abs(ours.membranes[k + lag * size] - exact.membranes[k]) / unit
    squares += error * error
    membraneMax = Math.max(membraneMax, error)
  }
  const shifts = exact.times.flatMap((times, neuron) =>
    ours.times[neuron].slice(0, times.length).map((time, n) => (time - times[n]) / dt - lag),
  )
  const total = (trace: SpikeTrace) => trace.times.reduce((sum, times) => sum + times.length, 0)
  return {
    membraneRms: Math.sqrt(squares / Math.max(1, count)),
    membraneMax,
    spikes: total(ours) - total(exact),
    shiftMean: shifts.length === 0 ? undefined : shifts.reduce((a, b) => a + b, 0) / shifts.length,
    shiftMax: shifts.length === 0 ? undefined : shifts.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
  }
}
