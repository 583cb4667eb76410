import { AXONS, NEURONS } from '../network.ts'
import { type MappingRule, outside } from './rule.ts'

/** The key of the random numbers holds the index of a core in 16 bits. */
const CORES = 65536

export const cores: MappingRule = {
  name: 'cores',
  why: 'every core has random numbers of its own, chosen by 16 bits',
  check: ({ cores }) => outside(cores.length, { min: 1, max: CORES }, 'number of cores'),
}

export const axons: MappingRule = {
  name: 'axons',
  why: 'a core has room for 256 axons',
  *check({ cores }) {
    for (const [c, { axonTypes }] of cores.entries())
      yield* outside(axonTypes.length, { min: 0, max: AXONS }, `core ${c}, number of axons`)
  },
}

export const neurons: MappingRule = {
  name: 'neurons',
  why: 'a core has room for 256 neurons',
  *check({ cores }) {
    for (const [c, { neurons }] of cores.entries())
      yield* outside(neurons.length, { min: 0, max: NEURONS }, `core ${c}, number of neurons`)
  },
}

export const seed: MappingRule = {
  name: 'seed',
  why: 'the key of the random numbers has 32 bits for it',
  *check({ seed }) {
    if (seed !== undefined) yield* outside(seed, { min: 0, max: 2 ** 32 - 1 }, 'seed')
  },
}
