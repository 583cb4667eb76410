import { afterAll, describe, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { contract } from '../../src/testing/index.ts'
import { Toy } from '../contract/toy.ts'
import { wired } from './bench.ts'

const runner = { describe, it, afterAll }
const behind = async (machine: Parameters<typeof wired>[0], server = {}) => (await wired(machine, { server })).wire

contract('a toy with every facet behind the wire', () => behind(new Toy()), runner)
contract('the same through frames of 200 bytes', () => behind(new Toy(), { maxFrame: 200, credits: 4 }), runner)
contract('mgd-chip 4-5-3 behind the wire', () => behind(mgdChip({ layers: [4, 5, 3], maxSlots: 512 })), runner)
contract(
  'mgd-chip 2-2-1, noisy, behind the wire',
  () => behind(mgdChip({ layers: [2, 2, 1], maxSlots: 256, imperfections: { readNoise: 1e-3 } })),
  runner,
)
