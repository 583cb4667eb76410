import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { differs, trainingCase, trainingStep } from './lattice-case.ts'
import { compiled, peer, writeCase } from './lattice-peers.ts'
import { simulatorStep } from './lattice-simulator.ts'
import { median, race } from './measure.ts'
import type { BenchOptions, Part, Ratio, Result } from './part.ts'

/** One training step of a lattice of springs, through the direct solver: against scipy and the same algorithm in C. */
export const lattice: Part = {
  name: 'lattice',
  about: 'lattices of springs: assemble, factorise, forward, adjoint, products, against scipy and C',
  async run(options) {
    const results: Result[] = []
    for (const size of options.short ? [8, 32] : [8, 32, 50, 100]) results.push(await one(size, options))
    return results
  },
}

const SINGLE = 'solver'
/** The same step through the simulator's body, as a device does it; this is what the bars judge. */
const SIMULATOR = 'simulator'
const SIMULATOR_BATCH = 'simulator, 16 rows'
/** Without the products, which are not the solver's work. */
const ALONE = 'factor, 2 solves'
const ALONE_BATCH = 'factor, 32 solves'

/** Bars per number of nodes a side; 1 where the solver must not be slower. */
const BARS: ReadonlyMap<string, ReadonlyMap<number, number>> = new Map([
  [
    'scipy splu',
    new Map([
      [8, 3],
      [50, 1.3],
      [100, 0.8],
    ]),
  ],
  ['LAPACK banded', new Map([[8, 1]])],
  [
    'C -O3',
    new Map([
      [8, 0.7],
      [32, 0.7],
      [50, 0.7],
      [100, 0.7],
    ]),
  ],
])

async function one(size: number, { short }: BenchOptions): Promise<Result> {
  const given = trainingCase(size, size)
  const [rounds, seconds] = short ? [2, 0.1] : [5, 0.2]
  const simulated = simulatorStep(SIMULATOR, given, 1)
  const contenders = [
    trainingStep(SINGLE, given, 1),
    simulated,
    simulatorStep(SIMULATOR_BATCH, given, 16),
    trainingStep(ALONE, given, 1, false),
    trainingStep(ALONE_BATCH, given, 16, false),
  ]
  const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
  const skipped = new Set<string>()
  const lists = new Map<string, number[]>()
  const note = (name: string, rate: number) => lists.set(name, [...(lists.get(name) ?? []), rate])
  try {
    const file = writeCase(folder, given)
    const binary = compiled(folder)
    const wanted = contenders[0].products()
    const off = differs(simulated.products(), wanted)
    if (!(off <= 1e-9)) throw new Error(`lattice ${size}: the simulator differs by ${off} of the largest product`)
    for (let round = 0; round < rounds; round++) {
      for (const [name, rate] of await race(contenders, 1, seconds)) note(name, rate)
      for (const result of [peer('C -O3', binary, file, seconds), peer('scipy', 'python3', file, seconds)]) {
        if (typeof result === 'string') {
          skipped.add(result)
          continue
        }
        for (const { name, rate, products } of result) {
          const worst = differs(products, wanted)
          if (!(worst <= 1e-9)) throw new Error(`lattice ${size}: ${name} differs by ${worst} of the largest product`)
          note(name, rate)
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rates = new Map([...lists].map(([name, list]) => [name, median(list)]))
  const rate = (name: string) => rates.get(name) as number
  const ratios = [...BARS].flatMap(([name, bars]): readonly Ratio[] => {
    if (!rates.has(name)) return []
    const least = bars.get(size)
    const judged = name === 'C -O3' ? SINGLE : SIMULATOR
    return [{ name: `${judged} / ${name}`, value: rate(judged) / rate(name), ...(least !== undefined && { least }) }]
  })
  ratios.push(
    {
      name: 'time of 16 rows / of one row, simulator',
      value: rate(SIMULATOR) / rate(SIMULATOR_BATCH),
      ...(size === 50 && { most: 2 }),
    },
    {
      name: 'time of factor, 32 solves / factor, 2 solves',
      value: rate(ALONE) / rate(ALONE_BATCH),
      ...(size === 50 && { most: 2 }),
    },
  )
  return {
    part: `lattice ${size} x ${size}, ${given.bonds} bonds`,
    rows: [...rates].map(([name, value]) => ({ name, rate: value, unit: 'steps/s' })),
    ratios,
    skipped: [...skipped],
  }
}
