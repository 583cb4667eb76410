import { RULES } from '../../rules.ts'
import { experiment } from '../experiment.ts'
import { choice, real } from '../settings.ts'
import type { RuleBench } from './bench.ts'
import { chipBench, firmwareBench } from './chip.ts'
import { coreBench } from './core.ts'
import { latticeBench } from './lattice.ts'
import { type RuleRow, tryRule } from './run.ts'
import { spikingBench } from './spiking.ts'
import { waveBench } from './wave.ts'

/** Every machine with its task, for a seed. */
export const BENCHES: Readonly<Record<string, (seed: number) => RuleBench | Promise<RuleBench>>> = {
  'mgd-chip': chipBench,
  firmware: firmwareBench,
  lattice: latticeBench,
  'wave-field': waveBench,
  'neuromorphic-core': coreBench,
  'spiking-layer': spikingBench,
}

/** One of them. */
export async function benchOf(name: string, seed: number): Promise<RuleBench> {
  return BENCHES[name](seed)
}

export const ruleTable = experiment({
  name: 'rule-table',
  summary:
    'every rule on every machine: what it reaches and reads, how well its first gradient points, or why it does not fit',
  source:
    'nothing published: the machines have the imperfections of their bench presets, each rule the settings of its own tasks, and every number is of one seed',
  settings: {
    device: choice(
      ['all', 'mgd-chip', 'firmware', 'lattice', 'wave-field', 'neuromorphic-core', 'spiking-layer'],
      'all',
      'the machine, or all of them',
    ),
    effort: real(1, 'part of its usual reads that each rule may spend', 1e-3),
  },
  short: { effort: 0.01 },
  async run({ device, effort }, { seed, progress }) {
    const chosen = device === 'all' ? Object.keys(BENCHES) : [device]
    const tables: Record<string, { readonly task: string; readonly rules: readonly RuleRow[] }> = {}
    for (const name of chosen) {
      const bench = await benchOf(name, seed)
      const rules: RuleRow[] = []
      for (const [n, entry] of RULES.entries()) {
        progress(`${name} (${chosen.indexOf(name) + 1}/${chosen.length}): ${entry.name} (${n + 1}/${RULES.length})`)
        rules.push(await tryRule(bench, entry, { seed, effort }))
      }
      tables[name] = { task: bench.task, rules }
    }
    return tables
  },
})
