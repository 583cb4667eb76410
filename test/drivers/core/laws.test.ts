import { afterAll, describe, it } from 'vitest'
import { servedCore } from '../../../sim/core/board.ts'
import { contract } from '../../../src/testing/index.ts'
import { CORES_AT_WORK, coresForLaws } from '../../contract/cores.ts'
import { type WiredOptions, wired } from '../bench.ts'
import { Counter } from './counter.ts'

const runner = { describe, it, afterAll }
const quiet = { skipped: () => {} }
/** Every few dozen frames one is damaged. */
const bad: WiredOptions = {
  faults: { seed: 3, rates: { drop: 4e-5, flip: 4e-5, duplicate: 4e-5 } },
  timing: { replyMs: 10, retries: 9, capMs: 4000, beatMs: 50, openMs: 2000, closeMs: 400 },
}

contract(
  'cores of bits behind the wire',
  async () => {
    const machine = servedCore({ network: coresForLaws(), ticks: 2, maxSlots: 64 })
    return (await wired(machine, { server: { format: 'packed' } })).wire
  },
  runner,
  { ...CORES_AT_WORK, ...quiet },
)

/** In steps of 1/64, which leave room for perturbations. */
const counter = () => new Counter({ step: 1 / 64, noise: 2 })

contract(
  'spikes in frames of 160 bytes that are dropped, flipped and doubled',
  async () => (await wired(counter(), { ...bad, server: { format: 'packed', maxFrame: 160 } })).wire,
  runner,
  { spread: 0.6, ...quiet },
)
