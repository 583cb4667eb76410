import { childSeed } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/**
 * The seed of one copy of a core, for its input spikes, its random modes and what is wrong with it; member 0 has the seed
 * itself.
 */
export function memberSeed(seed: number, member: number): number {
  return member === 0 ? seed : childSeed(seed, STREAM.coreMembers, member)
}
