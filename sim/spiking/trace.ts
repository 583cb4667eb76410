import { InsituError } from '../../src/errors.ts'
import type { SpikingModel } from './engine.ts'

/** What one population did, tick by tick; rows of `size` numbers. */
export interface SpikeTrace {
  readonly population: number
  readonly ticks: number
  readonly size: number
  /** Membranes at the end of each tick, in the units of the file. */
  readonly membranes: Float64Array
  /** The same as the machine shows them. */
  readonly readings: Float64Array
  readonly spikes: Int32Array
  /** Times of the spikes of each neuron, in s from the begin of the first tick. */
  readonly times: readonly (readonly number[])[]
}

/** Runs a model through a drive, one row of inputs a tick, and records one population; throws `SHAPE` for part of a row. */
export function traceSpikes(
  model: SpikingModel,
  drive: Float64Array,
  population: number = model.network.output,
): SpikeTrace {
  const { dt, network, cells } = model
  const { inputs } = network
  const { size } = network.populations[population]
  const ticks = drive.length / inputs
  if (!Number.isInteger(ticks))
    throw new InsituError('SHAPE', `${network.name}: a drive of ${drive.length} numbers, wanted rows of ${inputs}`)
  const times: number[][] = Array.from({ length: size }, () => [])
  const [membranes, readings] = [new Float64Array(ticks * size), new Float64Array(ticks * size)]
  const spikes = new Int32Array(ticks * size)
  for (let tick = 0; tick < ticks; tick++) {
    model.step(drive.subarray(tick * inputs, (tick + 1) * inputs), (from, neuron, time) => {
      if (from === population) times[neuron].push(tick * dt + time)
    })
    membranes.set(cells[population].membranes, tick * size)
    readings.set(cells[population].readings, tick * size)
    spikes.set(cells[population].spikes, tick * size)
  }
  return { population, ticks, size, membranes, readings, spikes, times }
}
