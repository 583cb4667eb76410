import { chipEngine } from '../../src/kernels/core/engine.ts'
import { randomProgram, sideBySide } from '../kernels/core-networks.ts'
import type { Part } from './part.ts'

const SHAPE = { cores: 3, neurons: 256 }

/** Not a race: every path through a tick beside the oracle, spikes and potentials of every tick compared in full. */
export const corePaths: Part = {
  name: 'core-paths',
  about: '50 random networks of spiking cores, 10,000 ticks each: every path against the oracle (minutes)',
  async run({ short }) {
    const [networks, ticks] = short ? [5, 100] : [50, 10_000]
    let [cores, spikes, operations, chance] = [0, 0, 0, 0]
    const differ: string[] = []
    for (let seed = 0; seed < networks; seed++) {
      const program = randomProgram(seed, SHAPE)
      const engines = (['oracle', 'events', 'popcount', 'auto'] as const).map((path) => chipEngine(program, { path }))
      const result = sideBySide(engines, seed, ticks)
      if (result.differs !== undefined) differ.push(`network ${seed}: ${result.differs}`)
      cores += program.cores.length
      spikes += result.spikes
      operations += engines[0].operations
      chance += program.cores.filter(({ stochasticWeight }) => stochasticWeight.some((bits) => bits !== 0)).length
    }
    return [
      {
        part: `core-paths: events, popcount and auto beside the oracle, ${networks} networks, ${ticks} ticks`,
        rows: [
          { name: 'cores', rate: cores, unit: '' },
          { name: 'of these by events alone: stochastic', rate: chance, unit: '' },
          { name: 'spikes', rate: spikes, unit: '' },
          { name: 'synaptic operations', rate: operations, unit: '' },
        ],
        ratios: [{ name: 'networks that differ', value: differ.length, most: 0 }],
        skipped: differ,
      },
    ]
  },
}
