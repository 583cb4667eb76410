import type { SpikeTrace, SpikingModel } from '../../../../sim/index.ts'
import type { Chart } from '../../../report/chart.ts'
import { type RasterGroup, spikeRaster } from '../../../report/core.ts'
import type { Picture } from '../../../report/experiment.ts'

/** Ticks that a raster holds. */
const TICKS = 1000

/** Membrane of the first recorded neuron beside its exact solution. */
export function membraneChart(model: SpikingModel, trace: SpikeTrace, exact: SpikeTrace): Chart {
  const { name, neurons } = model.network.populations[trace.population]
  const points = ({ membranes, size, ticks }: SpikeTrace, lag: number) =>
    Array.from({ length: ticks }, (_, tick) => ({ x: tick - lag, y: membranes[tick * size] }))
  const threshold = neurons.vThreshold[0]
  const beside = model.name !== 'exact'
  return {
    title: `Membrane of the first neuron of node ${name}`,
    x: 'tick',
    y: 'membrane',
    curves: [
      ...(beside ? [{ name: model.name, color: 1, plain: true, points: points(trace, model.lag) }] : []),
      { name: 'exact', color: 2, plain: true, points: points(exact, 0) },
    ],
    ...(Number.isFinite(threshold) && { level: { name: 'threshold', y: threshold } }),
    ...(model.lag > 0 && { note: `${model.name} answers its drive one tick later, which is taken out here.` }),
  }
}

/** What goes in, and spikes of all recorded neurons beside those of the exact solution. */
export function importRaster(model: SpikingModel, drive: Float64Array, trace: SpikeTrace, exact: SpikeTrace): Picture {
  const { inputs, populations } = model.network
  const { name } = populations[trace.population]
  const to = Math.min(trace.ticks, TICKS)
  // A drive that is no spike but a current would be one black bar.
  const spiking = drive.every((value) => value === 0 || value === 1)
  const groups = [
    ...(spiking ? [group('drive', drive, inputs, to)] : []),
    group(model.name, trace.spikes, trace.size, to, model.lag),
    ...(model.name === 'exact' ? [] : [group('exact', exact.spikes, exact.size, to)]),
  ]
  const note = [
    ...(to < trace.ticks ? [`The first ${to} ticks.`] : []),
    ...(model.lag > 0 ? [`${model.name} is drawn a tick earlier.`] : []),
  ].join(' ')
  return spikeRaster(
    { groups, from: 0, to, unit: 'tick' },
    { title: `Spikes of node ${name}`, ...(note !== '' && { note }) },
  )
}

function group(name: string, spikes: ArrayLike<number>, rows: number, ticks: number, lag = 0): RasterGroup {
  const times: number[] = []
  const which: number[] = []
  for (let k = 0; k < ticks * rows; k++) {
    if (spikes[k] === 0) continue
    times.push(Math.floor(k / rows) - lag)
    which.push(k % rows)
  }
  return { name, rows, times, which }
}
