import { afterAll, describe, it } from 'vitest'
import { type NeuromorphicCoreOptions, neuromorphicCore } from '../../sim/core/index.ts'
import { contract } from '../../src/testing/index.ts'
import { CORES_AT_WORK, coresForLaws } from './cores.ts'

const runner = { describe, it, afterAll }
/** A core has no loads, echoes or rule of its own, and bits no codes. */
const laws = { ...CORES_AT_WORK, skipped: () => {} }

const cores = (name: string, options: Omit<NeuromorphicCoreOptions, 'network'>, random = false) =>
  contract(
    `neuromorphic-core: ${name}`,
    () => neuromorphicCore({ network: coresForLaws({ random }), ticks: 2, maxSlots: 64, ...options }),
    runner,
    laws,
  )

// The plain loop is the faster one on cores this small; the others take the way that 'auto' chooses.
cores('bits, rates', { synapses: 'bits', input: 'rates', path: 'oracle' })
cores('bits, spikes', { synapses: 'bits', input: 'spikes', path: 'oracle' })
cores('held, rates', { synapses: 'held', input: 'rates', member: 2, path: 'oracle' })
cores('held, spikes, random modes', { synapses: 'held', input: 'spikes' }, true)
cores('fresh, rates', { synapses: 'fresh', input: 'rates' })
cores('fresh, spikes, everything wrong', {
  synapses: 'fresh',
  input: 'spikes',
  imperfections: {
    weightMismatch: 0.2,
    thresholdMismatch: 40,
    stuckOpen: 0.05,
    stuckClosed: 0.1,
    leakDrift: 1e5,
    spikeLoss: 0.1,
  },
})
