import { afterAll, describe, it } from 'vitest'
import { contract } from '../../../src/testing/index.ts'
import { wired } from '../bench.ts'
import { Counter } from './counter.ts'

const runner = { describe, it, afterAll }
/** The laws perturb by a part of a range, which bits do not have. */
const FINE = 1 / 64
const options = { skipped: () => {}, spread: 0.6 }

contract(
  'spikes ahead, packed',
  async () => (await wired(new Counter({ step: FINE }), { server: { format: 'packed' } })).wire,
  runner,
  options,
)

contract(
  'spikes ahead, in frames of 160 bytes that are dropped, flipped and doubled',
  async () => {
    const rates = { drop: 1e-4, flip: 1e-4, duplicate: 1e-4 }
    const line = {
      faults: { seed: 3, rates },
      timing: { replyMs: 10, retries: 9, capMs: 4000, beatMs: 50, openMs: 2000, closeMs: 400 },
    }
    return (await wired(new Counter({ step: FINE, noise: 2 }), { ...line, server: { maxFrame: 160 } })).wire
  },
  runner,
  options,
)
