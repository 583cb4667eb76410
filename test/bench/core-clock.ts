import { chipEngine } from '../../src/kernels/core/engine.ts'
import { coreCase } from './core-case.ts'
import { median } from './measure.ts'
import type { BenchOptions, Result } from './part.ts'

/** A chip's tick lasts 1 ms. */
const TICK_MS = 1

/** Ticks of a chip by the clock, on one thread, as a machine that must keep up with the world would run them. */
export function coreClock(cores: number, activity: number, { short }: BenchOptions): Result {
  const { program } = coreCase(cores, activity, 0)
  const engine = chipEngine(program)
  const counts = new Int32Array(program.outputs)
  const times: number[] = []
  for (let tick = -200; tick < (short ? 500 : 5000); tick++) {
    const start = performance.now()
    engine.tick(tick, counts)
    if (tick >= 0) times.push(performance.now() - start)
  }
  const mean = times.reduce((sum, time) => sum + time) / times.length
  const late = times.filter((time) => time > TICK_MS).length
  return {
    part: `core: ${cores} cores in real time, ${100 * activity} % of the axons active, by the clock`,
    rows: [
      { name: 'a tick takes, on average', rate: 1000 * mean, unit: 'us' },
      { name: 'median', rate: 1000 * median(times), unit: 'us' },
      { name: 'longest', rate: 1000 * Math.max(...times), unit: 'us' },
      { name: `ticks over ${TICK_MS} ms, of ${times.length}`, rate: late, unit: '' },
    ],
    ratios: [{ name: 'margin: 1 ms / average tick', value: TICK_MS / mean, least: 1 }],
    skipped: [],
  }
}
