import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CoreCase, coreCase, coreNumbers, corePath } from './core-case.ts'
import { coreClock } from './core-clock.ts'
import { differs } from './lattice-case.ts'
import { median, race } from './measure.ts'
import type { BenchOptions, Part, Ratio, Result } from './part.ts'
import { compiledC, type PeerRate, ratesOf, source } from './peers.ts'

const CORES = 64
const ACTIVITIES = [0.05, 0.3]

/** Ticks of spiking cores by their kernels, against plain C, numpy and the plain loop; 64 of them in real time. */
export const core: Part = {
  name: 'core',
  about: `${CORES} spiking cores: rows added and popcounts, against C, numpy and the plain loop; in real time`,
  async run(options) {
    const results: Result[] = []
    for (const activity of ACTIVITIES) results.push(await one(activity, options))
    return [...results, coreClock(CORES, ACTIVITIES[1], options)]
  },
}

/** Quotients of rates by name, with their bars. */
const RATIOS: readonly (readonly [above: string, below: string, least?: number])[] = [
  ['WebAssembly, popcount', 'C, popcount', 0.7],
  ['WebAssembly, events', 'C, row-add', 0.6],
  ['WebAssembly, auto', 'numpy, dense', 4],
  ['WebAssembly, auto', 'plain TypeScript'],
]

async function one(activity: number, { short }: BenchOptions): Promise<Result> {
  const [rounds, seconds] = short ? [2, 0.1] : [7, 0.3]
  const given = coreCase(CORES, activity, short ? 20 : 100)
  const fast = (['auto', 'events', 'popcount'] as const).map((path) => corePath(given, path, 50))
  const contenders = [...fast, corePath(given, 'oracle', 1)]
  const wanted = contenders[0].answer()
  for (const other of contenders)
    if (other.answer().some((value, n) => value !== wanted[n]))
      throw new Error(`core: ${other.name} gives other spikes`)
  const lists = new Map<string, number[]>()
  const note = (of: string, rate: number) => lists.set(of, [...(lists.get(of) ?? []), rate])
  const skipped = new Set<string>()
  const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
  try {
    const peers = corePeers(given, folder)
    for (let round = 0; round < rounds; round++) {
      for (const [of, rate] of await race(contenders, 1, seconds)) note(of, rate)
      for (const peer of peers) {
        const rates = peer(seconds)
        if (typeof rates === 'string') {
          skipped.add(rates)
          continue
        }
        for (const { name, rate, answer } of rates) {
          if (differs(answer, wanted) !== 0) throw new Error(`core: ${name} gives other spikes`)
          note(name, rate)
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rates = new Map([...lists].map(([of, list]) => [of, median(list)]))
  return {
    part: `core: ${CORES} cores, density 0.5, ${100 * activity} % of the axons active`,
    rows: [...rates].map(([name, rate]) => ({ name, rate, unit: 'core ticks/s' })),
    ratios: ratios(rates),
    skipped: [...skipped],
  }
}

function ratios(rates: ReadonlyMap<string, number>): readonly Ratio[] {
  const all: Ratio[] = []
  for (const [above, below, least] of RATIOS) {
    const [a, b] = [rates.get(above), rates.get(below)]
    if (a === undefined || b === undefined) continue
    all.push({ name: `${above} / ${below}`, value: a / b, ...(least !== undefined && { least }) })
  }
  return all
}

type Peer = (seconds: number) => readonly PeerRate[] | string

/** The peers of a case: core.c, compiled for this processor, and core.py. */
export function corePeers(given: CoreCase, folder: string): readonly Peer[] {
  const file = join(folder, 'case')
  const answer = `${file}.answer`
  writeFileSync(file, coreNumbers(given))
  const program = compiledC('core.c', folder, ['-march=native'])
  const named = (language: string, rates: readonly PeerRate[] | string) =>
    typeof rates === 'string' ? rates : rates.map((rate) => ({ ...rate, name: `${language}, ${rate.name}` }))
  return [
    (seconds) =>
      typeof program === 'string'
        ? named('C', ratesOf(program, [file, answer, `${seconds}`], answer, 'core.c fails'))
        : program.message,
    (seconds) =>
      named(
        'numpy',
        ratesOf('python3', [source('core.py'), file, answer, `${seconds}`], answer, 'no python3 with numpy'),
      ),
  ]
}
