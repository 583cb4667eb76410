import { type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import { median } from './measure.ts'
import type { BenchOptions, Result } from './part.ts'

const SIDE = 128
const GRID: WaveOptions = {
  field: { kind: 'phi-4', rows: SIDE, columns: SIDE, g: 0.5 },
  inputs: ['0.q'],
  outputs: [`${SIDE / 2}.q`],
  time: 20,
  step: 0.1,
}

/** Pairs of echoes on one core and on two, by the clock: what other load on the machine leaves of the second core. */
export async function waveCores({ short }: BenchOptions): Promise<Result> {
  await using one = waveSimulator({ ...GRID, cores: 1 })
  await using two = waveSimulator({ ...GRID, cores: 2 })
  const seconds = async ({ echo }: typeof one) => {
    const flight = await echo.launch(Float64Array.of(1))
    const start = performance.now()
    await flight.both?.(Float64Array.of(1e-3))
    return (performance.now() - start) / 1000
  }
  for (const machine of [one, two, one, two]) await seconds(machine)
  const [alone, together]: number[][] = [[], []]
  for (let round = 0; round < (short ? 3 : 25); round++) {
    alone.push(await seconds(one))
    together.push(await seconds(two))
  }
  return {
    part: `wave: pairs of echoes, grid ${SIDE} x ${SIDE}, 200 steps, by the clock`,
    rows: [
      { name: 'one core', rate: 1 / median(alone), unit: 'pairs/s' },
      { name: 'two cores', rate: 1 / median(together), unit: 'pairs/s' },
    ],
    ratios: [{ name: 'two cores / one core', value: median(alone) / median(together) }],
    skipped: [],
  }
}
