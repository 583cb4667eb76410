import type { SpikeTrace } from '../../../../sim/index.ts'

/**
 * A trace as a table: one row per tick with the drive, the membranes as the machine shows them, and the spikes.
 *
 * Columns are tick, drive, membrane and spike; where there are several inputs or neurons their columns carry numbers from
 * 0: drive0, drive1, ..., membrane0, ..., spike0, ...
 */
export function traceCsv(trace: SpikeTrace, drive: Float64Array, inputs: number): string {
  const { ticks, size, readings, spikes } = trace
  const heading = ['tick', ...columns('drive', inputs), ...columns('membrane', size), ...columns('spike', size)]
  const lines = [heading.join(',')]
  for (let tick = 0; tick < ticks; tick++) {
    lines.push(
      [
        tick,
        ...drive.subarray(tick * inputs, (tick + 1) * inputs),
        ...readings.subarray(tick * size, (tick + 1) * size),
        ...spikes.subarray(tick * size, (tick + 1) * size),
      ].join(','),
    )
  }
  return `${lines.join('\n')}\n`
}

const columns = (name: string, count: number) =>
  count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}${i}`)
