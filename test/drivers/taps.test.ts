import { afterAll, describe, expect, it, vi } from 'vitest'
import { memoryPair, openDevice } from '../../drivers/index.ts'
import { type ServeOptions, serve } from '../../sim/bench/serve.ts'
import { mgdChip } from '../../sim/index.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import type { InsituError } from '../../src/errors.ts'
import type { AnyDevice } from '../../src/testing/bench.ts'
import { contract } from '../../src/testing/index.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import {
  armRequest,
  DATA,
  encodeFrame,
  encodeMeasure,
  type Frame,
  FrameDecoder,
  layoutOf,
  mostInnerSlots,
  REFUSAL,
  REFUSED,
  REQUEST,
  refusal,
} from '../../src/wire/index.ts'
import { Stages, type StagesOptions } from '../contract/stages.ts'
import { startBoard } from '../setup/boards.ts'
import { compiled } from '../setup/compiled.ts'
import { quick, wired } from './bench.ts'

const options: StagesOptions = { stepped: true, noise: 1e-3, lost: 0.1 }
const counts: ServeOptions = { format: 'i16', maxFrame: 100 }
const SLOTS = 40

contract(
  'stages in counts, through frames of 100 bytes',
  async () => (await wired(new Stages(options), { server: counts })).wire,
  {
    describe,
    it,
    afterAll,
  },
)

/** Outputs and readings between layers of some rounds of two blocks, without and with a perturbation. */
async function played(device: AnyDevice, rounds = 1): Promise<number[]> {
  const { taps } = device
  if (taps === undefined) throw new Error(`${device.name} has no taps`)
  const inputs = new Inputs(device.sheet, 3, 0.1)
  const width = taps.layers.reduce((sum, layer) => sum + layer.width, 0)
  const out: number[] = []
  const receipts: Receipt[] = []
  await device.store(inputs.theta())
  const blocks: readonly Block[] = [
    { slots: SLOTS, drive: inputs.drive(14, 3), delta: inputs.signs(SLOTS) },
    { slots: SLOTS, drive: inputs.drive(1, SLOTS) },
  ]
  for (const block of Array.from({ length: rounds }, () => blocks).flat()) {
    const [into, inner] = [new Float64Array(SLOTS * device.sheet.sense.width), new Float64Array(SLOTS * width)]
    receipts.push(await taps.read(block, into, inner))
    out.push(...into, ...inner)
    receipts.push(await device.measure(block, into))
    out.push(...into)
  }
  expect(receipts.map(({ slots }) => slots)).toEqual(receipts.map(() => SLOTS))
  await device[Symbol.asyncDispose]()
  return out
}

/** Faults of each kind per byte: about as many for a quarter of the bytes. */
describe.each<[string, ServeOptions, number]>([
  ['doubles', {}, 2e-4],
  ['doubles in small frames', { maxFrame: 200 }, 2e-4],
  ['counts in small frames', counts, 8e-4],
])('behind the wire in %s', (_, server, rate) => {
  it('readings between layers are those of the machine, bit for bit, the lost ones too', async () => {
    const { wire } = await wired(new Stages(options), { server })
    expect(wire.taps?.layers).toEqual(new Stages(options).taps.layers)
    const seen = await played(attach(wire))
    expect(seen.some(Number.isNaN)).toBe(true)
    expect(seen).toEqual(await played(attach(new Stages(options))))
  })

  it('so they are over a bad line', async () => {
    const { wire, line } = await wired(new Stages(options), {
      server,
      faults: { seed: 7, rates: { drop: rate, flip: rate, duplicate: rate } },
      timing: { ...quick, replyMs: 10, retries: 9, openMs: 2000 },
    })
    expect(await played(attach(wire), 3)).toEqual(await played(attach(new Stages(options)), 3))
    expect(line.faults).toBeGreaterThan(2)
  })
})

describe('a server of stages', () => {
  it.each([
    ['more than both sides keep', {}, mostInnerSlots, REFUSED.tooBig],
    ['local readings beside those between layers', { local: { step: 0 } }, undefined, REFUSED.value],
  ] as const)('refuses %s', async (_, more, most, code) => {
    const machine = new Stages()
    const layout = { ...layoutOf(machine.sheet, 'f64', { taps: machine.taps.layers }), ...more }
    Object.assign(machine, { sheet: { ...machine.sheet, maxSlots: 65535 } })
    const [near, far] = memoryPair()
    const server = serve(machine, far)
    const heard: Frame[] = []
    const decoder = new FrameDecoder((frame) => heard.push({ ...frame, payload: frame.payload.slice() }))
    near.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
    await near.write(encodeFrame(REQUEST.arm, 1, armRequest.encode({ armId: 9, watchdogMs: 60_000 })))
    const payload = encodeMeasure(
      layout,
      9,
      { slots: 65535, drive: { kind: 'track', data: new Float64Array(2), hold: 65535 } },
      'taps',
    )
    if (most === undefined) payload[8] |= 0x20
    await near.write(encodeFrame(REQUEST.measure, 2, payload))
    await vi.waitFor(() => expect(heard.filter(({ type }) => type !== DATA)).toHaveLength(2))
    const last = heard.at(-1) as Frame
    expect(last.type).toBe(REFUSAL)
    expect(refusal.decode(last.payload)).toMatchObject({ code, detail: most?.(layout, 'taps') ?? 8 })
    await server[Symbol.asyncDispose]()
  })

  it.each([
    ['in counts, without a step', new Stages(), 'i16', /sense|bank/],
    ['packed', new Stages({ stepped: true }), 'packed', /facet state|facet taps/],
  ] as const)('is not made %s', (_, machine, format, message) => {
    expect(() => serve(machine, memoryPair()[1], { format })).toThrow(message)
  })
})

it('a chip behind a pseudo-terminal is read between its layers as in the process', async (context) => {
  const chip = { layers: [4, 5, 3], imperfections: { readNoise: 1e-3 }, seed: 2 }
  const board = await startBoard({
    target: 'simulator',
    module: compiled('sim/index.ts'),
    export: 'mgdChip',
    args: [chip],
  }).catch((error: InsituError) => {
    if (error.code === 'PTY') return context.skip(error.message)
    throw error
  })
  const device = await openDevice(`serial:${board.path}?baud=115200`, { kind: 'simulator', machine: 'mgd-chip' })
  expect(await played(attach(device))).toEqual(await played(attach(mgdChip(chip))))
  await board.stop()
})
