import { describe, expect, it } from 'vitest'
import { encoded } from '../../../devices/neuromorphic-core/encoded.ts'
import { initialTheta } from '../../../devices/neuromorphic-core/theta.ts'
import { openDevice } from '../../../drivers/index.ts'
import { servedCore } from '../../../sim/core/board.ts'
import { neuromorphicCore } from '../../../sim/core/index.ts'
import type { Backend } from '../../../src/contract/backend.ts'
import { attach, type Device } from '../../../src/contract/device.ts'
import type { Facets } from '../../../src/contract/facets.ts'
import { dataSheet } from '../../../src/contract/sheet.ts'
import { squaredError } from '../../../src/cost/squared-error.ts'
import { sgd } from '../../../src/optim/sgd.ts'
import { mgd } from '../../../src/rules/mgd.ts'
import { train } from '../../../src/rules/train.ts'
import { layoutOf, parameterCrc } from '../../../src/wire/index.ts'
import { hasPty } from '../../bench-boards/tools.ts'
import { coresForLaws } from '../../contract/cores.ts'
import { neuromorphicBoard, startBoard } from '../../setup/boards.ts'
import { type WiredOptions, wired } from '../bench.ts'

type Machine = Backend & Partial<Facets>

const network = coresForLaws({ random: true })
const options = { network, ticks: 3, maxSlots: 16, seed: 5, member: 1 } as const
/** Every random mode, every perturbation, every probability of a spike. */
const theta = initialTheta(network)
const rates = Float64Array.from({ length: 3 * 24 }, (_, i) => (i % 9) / 8)

/** The machine with a time per slot for which nobody need wait. */
function hurried(machine: Machine): Machine {
  return { ...machine, sheet: dataSheet({ ...machine.sheet, slotSeconds: 1e-6 }) }
}

const bad: WiredOptions = {
  faults: { seed: 8, rates: { drop: 5e-4, flip: 5e-4, duplicate: 5e-4 } },
  timing: { replyMs: 10, retries: 12, capMs: 4000, beatMs: 50, openMs: 2000, closeMs: 400 },
}

/** Counts of some blocks, and of those that a snapshot brings back. */
async function played(machine: Machine): Promise<readonly number[]> {
  await using device = attach(machine) as Device<'state'>
  const out: number[] = []
  const into = new Float64Array(24 * 4)
  await device.store(theta)
  for (let round = 0; round < 4; round++) {
    const drive = { kind: 'track', data: rates.subarray(0, 36), hold: 2 } as const
    await device.measure({ slots: 24, drive }, into)
    out.push(...into)
  }
  const kept = await device.state.snapshot()
  const block = { slots: 24, drive: { kind: 'track', data: rates, hold: 1 } } as const
  for (let again = 0; again < 2; again++) {
    await device.measure(block, into)
    out.push(...into)
    await device.state.restore(kept, new Float64Array(theta.length))
  }
  return out
}

if (!hasPty()) console.log('skipped: no pseudo-terminal here, so no cores in a process of their own')
describe('cores that draw their spikes, and cores that are sent them', () => {
  const inside = played(neuromorphicCore({ ...options, input: 'rates' }))

  it('count the same, through a snapshot and back', async () => {
    const counts = await inside
    expect(await played(encoded(servedCore(options)))).toEqual(counts)
    expect(counts.slice(-96)).toEqual(counts.slice(-192, -96))
    expect(new Set(counts).size).toBeGreaterThan(3)
  })

  it('refuse a snapshot that is cut short or counts no slots, and go on', async () => {
    await using device = attach(encoded(servedCore(options))) as Device<'state'>
    const into = new Float64Array(theta.length)
    const kept = await device.state.snapshot()
    await expect(device.state.restore(kept.subarray(0, 7), into)).rejects.toMatchObject({ code: 'SHAPE' })
    const damaged = kept.slice().fill(0xff, 0, 8)
    await expect(device.state.restore(damaged, into)).rejects.toThrow('says NaN slots')
    await device.state.restore(kept, into)
    expect(await device.state.snapshot()).toEqual(kept)
  })

  it('count the same over a line that drops, doubles and flips bytes', async () => {
    const { wire, line } = await wired(hurried(servedCore(options)), {
      ...bad,
      server: { format: 'packed', maxFrame: 120 },
    })
    expect(await played(encoded(wire))).toEqual(await inside)
    expect(line.faults).toBeGreaterThan(2)
  })

  it.skipIf(!hasPty())('count the same in a process of its own', async () => {
    await using board = await startBoard(neuromorphicBoard(options))
    const backend = await openDevice(`serial:${board.path}`, {
      kind: 'emulated firmware',
      machine: 'neuromorphic-core',
    })
    expect(await played(encoded(backend))).toEqual(await inside)
    expect(await board.counters()).toMatchObject({
      lostSpikes: 0,
      lateSpikes: 0,
      repeatedSpikes: 0,
      unfitSpikeFrames: 0,
    })
  })
})

describe('training probabilities of synapses', () => {
  /** Costs and parameters of some steps, and counts of the bits that come of them on another machine. */
  async function trained(held: Machine, bits: Machine): Promise<readonly number[]> {
    await using device = attach(held)
    const rule = mgd({ cost: squaredError, seed: 2, amplitudes: [0.125, 0, 0], tauX: 2, tauTheta: 4 })
    const lesson = { rows: 2, drive: rates.subarray(3, 9), target: Float64Array.of(3, 0, 1, 0, 0, 3, 2, 1) }
    const probabilities = theta.map((value, i) => (i < 60 ? 0.5 : value))
    const trace: number[] = []
    const schedule = { optimizer: sgd(0.01), steps: 6 }
    for await (const { cost } of train(rule, device, probabilities, { next: () => lesson }, schedule))
      trace.push(cost, ...probabilities)
    await using deployed = attach(bits)
    await deployed.store(probabilities.map((value, i) => (i < 60 ? Number(value > 0.5) : value)))
    const into = new Float64Array(24 * 4)
    await deployed.measure({ slots: 24, drive: { kind: 'track', data: rates, hold: 1 } }, into)
    return [...trace, ...into]
  }

  it('and deploying bits goes the same way over a bad line, bit for bit', async () => {
    const core = (synapses: 'held' | 'bits') => neuromorphicCore({ ...options, synapses })
    const behind = async (synapses: 'held' | 'bits') => {
      const server = { format: synapses === 'bits' ? 'packed' : 'f64', maxFrame: 120 } as const
      const { wire } = await wired(hurried(servedCore({ ...options, synapses })), { ...bad, server })
      return encoded(wire)
    }
    const inside = await trained(core('held'), core('bits'))
    expect(await trained(await behind('held'), await behind('bits'))).toEqual(inside)
    expect(inside.slice(1, 61)).not.toEqual(inside.slice(-96 - 78, -96 - 18))
  })
})

describe('a board that is reset in the middle', () => {
  it('says so, gets its bits back, and counts on', async () => {
    const { wire, server } = await wired(servedCore(options), { server: { format: 'packed' } })
    await using device = attach(wire)
    const drive = { kind: 'track', data: new Float64Array(9).fill(1), hold: 4 } as const
    const [before, after] = [new Float64Array(16), new Float64Array(16)]
    await device.store(theta)
    await device.measure({ slots: 4, drive }, before)
    await server.reset()
    await expect(device.measure({ slots: 4, drive }, after)).rejects.toMatchObject({ code: 'DEVICE_RESET' })
    await device.measure({ slots: 4, drive }, after)
    expect((await wire.link.pulse()).parameterCrc).toBe(parameterCrc(layoutOf(wire.sheet, 'packed'), theta))
    expect(after.some((count) => count > 0)).toBe(true)
  })
})
