import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firmwareTwin, learnOnTwin } from '../../sim/firmware/index.ts'
import type { Block, Code, Delta } from '../../src/contract/block.ts'
import { rowsFor } from '../../src/contract/block.ts'
import {
  applyReply,
  type Description,
  decodeLearnReply,
  decodeReadReply,
  encodeApply,
  encodeLearn,
  encodeMeasure,
  encodeWrite,
  measureReply,
  parameterCrc,
  REQUEST,
} from '../../src/wire/index.ts'
import { avrTarget } from './avr.ts'
import { ACTIVATIONS, bytes, Client, type Target } from './client.ts'
import { buildHost, hostTarget, noCompiler, sanitizers } from './host.ts'
import { type Random, randomFrom } from './random.ts'

const ARM = 77
const DAC = 2 ** -11
const SIGNAL = 2 ** -14
const FAMILIES = ['random', 'walsh', 'sequential', 'sinusoid'] as const

interface Stand {
  readonly client: Client
  readonly description: Description
  readonly twin: ReturnType<typeof firmwareTwin>
}

/** Board and twin with the same network and the same parameters, a few of them near the limits. */
async function stand(client: Client, random: Random, layers: readonly number[]): Promise<Stand> {
  const activation = random.pick(ACTIVATIONS)
  await client.must(REQUEST.disarm)
  await client.configure(layers, activation)
  const description = await client.describe()
  const twin = firmwareTwin({ layers, activation })
  expect(description.sheet.banks).toEqual(twin.sheet.banks)
  expect(description.sheet.settings).toMatchObject({ layers, activation })
  await client.arm(ARM)
  const reach = random.pick([1000, 6000, 32767])
  const theta = Float64Array.from(
    { length: description.layout.paramCount },
    () => Math.max(-32768, random.whole(-reach - 1, reach)) * DAC,
  )
  for (let at = 0; at < theta.length; at += 60) {
    const count = Math.min(60, theta.length - at)
    await client.must(REQUEST.write, encodeWrite(description.layout, ARM, theta, at, count))
  }
  await twin.store(theta)
  return { client, description, twin }
}

function code(random: Random, banks: number, most: number): Code {
  return {
    kind: 'code',
    family: random.pick(FAMILIES),
    seed: random.whole(0, 2 ** 32 - 1),
    first: random.pick([0, random.whole(0, 1000), 2 ** 32 - 2000, random.whole(0, 2 ** 32 - 2000)]),
    amplitudes: Array.from({ length: banks }, () => random.whole(0, most) * DAC),
    hold: random.whole(1, 3),
    pairing: random.pick(['single', 'opposite'] as const),
  }
}

function delta(random: Random, { layout }: Description, slots: number, room: number): Delta | undefined {
  const params = layout.paramCount
  const banks = layout.banks.length
  const kind = random.pick(['code', 'code', 'code', 'code', 'none', 'track', 'signs'] as const)
  const amplitudes = Array.from({ length: banks }, () => random.whole(0, 3000) * DAC)
  const sized = (row: number) => Math.max(Math.ceil(slots / Math.max(1, Math.floor(room / row))), random.whole(1, 5))
  if (kind === 'signs') {
    const row = Math.ceil(params / 8)
    const hold = sized(row)
    return { kind, amplitudes, hold, bits: random.bytes(rowsFor(slots, hold) * row) }
  }
  if (kind === 'track' && 2 * params <= room) {
    const hold = sized(2 * params)
    const data = Float64Array.from({ length: rowsFor(slots, hold) * params }, () => random.whole(-20000, 20000) * DAC)
    return { kind, hold, data }
  }
  return kind === 'none' ? undefined : code(random, banks, random.pick([50, 3000, 32767]))
}

/** The readings of a block on both; returns how many were compared. */
async function compareReads({ client, description, twin }: Stand, random: Random, slots: number, room: number) {
  const { layout } = description
  const perturbation = delta(random, description, slots, Math.floor(room / 2))
  const hold = Math.max(Math.ceil(slots / Math.max(1, Math.floor(room / 4 / layout.drive.width))), random.whole(1, 9))
  const data = Float64Array.from(
    { length: rowsFor(slots, hold) * layout.drive.width },
    () => random.whole(-32768, 32767) * SIGNAL,
  )
  const base: Block = { slots, drive: { kind: 'track', data, hold } }
  const block = perturbation === undefined ? base : { ...base, delta: perturbation }
  const answer = await client.must(REQUEST.measure, encodeMeasure(layout, ARM, block))
  const board = answer.data.flatMap((piece) => [...new Int16Array(piece.slice(2).buffer)])
  const expected = new Int16Array(slots * layout.sense.width)
  const tally = twin.chip.measure(block, expected)
  const label = `${description.sheet.settings.layers} ${description.sheet.settings.activation} ${JSON.stringify(perturbation)}`
  expect(board, label).toEqual([...expected])
  const reply = measureReply.decode(answer.payload)
  expect({ slots: reply.slots, clipped: reply.clipped, saturated: reply.saturated }).toEqual({ slots, ...tally })
  return slots
}

async function compareParameters({ client, description, twin }: Stand, crc: number) {
  const { layout } = description
  const theta = new Float64Array(layout.paramCount)
  for (let at = 0; at < theta.length; ) {
    const answer = await client.must(REQUEST.read, bytes(['u16', at], ['u16', theta.length - at]))
    const { values } = decodeReadReply(layout, answer.payload)
    theta.set(values, at)
    at += values.length
  }
  expect([...theta]).toEqual([...twin.chip.parameters.dac].map((count) => count * DAC))
  expect(crc).toBe(parameterCrc(layout, theta))
  // The fractions below a count as well.
  const fine = new Int32Array(layout.paramCount)
  for (let at = 0; at < fine.length; ) {
    const { payload } = await client.must(REQUEST.snapshot, bytes(['u32', 4 * at]))
    const piece = new Int32Array(payload.slice(8).buffer)
    fine.set(piece, at)
    at += piece.length
  }
  expect([...fine]).toEqual([...twin.chip.parameters.theta32])
}

async function compareApply(s: Stand, random: Random, count: number) {
  const { layout } = s.description
  const exponent = random.pick([random.whole(-16, 31), random.whole(-4, 4)])
  const values = Array.from({ length: count }, () => random.whole(-32768, 32767))
  const given: Code = { ...code(random, layout.banks.length, random.pick([100, 32767])), hold: 1, pairing: 'single' }
  const answer = await s.client.must(REQUEST.apply, encodeApply(layout, ARM, given, { exponent, values }))
  const clipped = s.twin.chip.apply(given, exponent, values)
  const reply = applyReply.decode(answer.payload)
  expect(reply.clipped).toBe(clipped)
  await compareParameters(s, reply.parameterCrc)
}

async function compareLearn(s: Stand, random: Random, rows: number, window: number) {
  const { layout } = s.description
  const updateEvery = random.whole(1, window)
  const hold = updateEvery * random.whole(1, 3)
  const job = {
    code: code(random, layout.banks.length, random.pick([100, 5000])),
    gain: layout.banks.map(() => ({ mantissa: random.whole(-32768, 32767), exponent: random.whole(-16, 31) })),
    hold,
    updateEvery,
    rows,
    drive: Float64Array.from({ length: rows * layout.drive.width }, () => random.whole(-32768, 32767) * SIGNAL),
    target: Float64Array.from({ length: rows * layout.sense.width }, () => random.whole(-32768, 32767) * SIGNAL),
  }
  const answer = await s.client.must(REQUEST.learn, encodeLearn(layout, { ...job, armId: ARM }))
  const reply = decodeLearnReply(layout, answer.payload, rows)
  const costs = new Float64Array(rows)
  const clipped = learnOnTwin(s.twin.chip, job, costs)
  expect([...reply.costs]).toEqual([...costs])
  expect(reply.clipped).toBe(clipped)
  await compareParameters(s, reply.parameterCrc)
}

interface Plan {
  readonly seed: number
  readonly reads: number
  readonly slots: number
  /** Bytes of a request that drive and delta may take. */
  readonly room: number
  readonly layers: (random: Random) => readonly number[]
  readonly window: number
  readonly rows: number
}

async function compare(target: Target, plan: Plan): Promise<number> {
  const random = randomFrom(plan.seed)
  const client = new Client(target)
  let reads = 0
  while (reads < plan.reads) {
    const s = await stand(client, random, plan.layers(random))
    for (let n = 0; n < 3; n++) reads += await compareReads(s, random, random.whole(1, plan.slots), plan.room)
    await compareApply(s, random, random.whole(1, 20))
    reads += await compareReads(s, random, random.whole(1, plan.slots), plan.room)
    await compareLearn(s, random, random.whole(1, plan.rows), plan.window)
  }
  return reads
}

const anyLayers = (random: Random) => {
  const layers = Array.from({ length: random.whole(2, 4) }, () => random.whole(1, 12))
  if (random.whole(0, 3) === 0) layers[0] = random.whole(30, 60)
  return layers
}

if (noCompiler) console.warn(`twin against the host build: skipped, ${noCompiler}`)

describe.skipIf(noCompiler)('twin against the host build of the core', () => {
  let target: ReturnType<typeof hostTarget>
  beforeAll(async () => {
    target = hostTarget(await buildHost(sanitizers))
  }, 60_000)
  afterAll(() => target.close())

  it('agrees in every reading, update and step of learning', { timeout: 60_000 }, async () => {
    const plan = { seed: 1, reads: 60_000, slots: 400, room: 6000, layers: anyLayers, window: 20, rows: 6 }
    expect(await compare(target, plan)).toBeGreaterThanOrEqual(60_000)
    expect(target.complaint()).toBe('')
  })
})

describe('twin against the ATmega328P image', () => {
  it('agrees in every reading, update and step of learning', { timeout: 60_000 }, async () => {
    const target = avrTarget()
    const layers = (random: Random) =>
      random.pick([
        [2, 2, 1],
        [4, 5, 3],
        [random.whole(1, 9), random.whole(1, 4)],
        [random.whole(1, 5), random.whole(1, 5), random.whole(1, 5), random.whole(1, 5)],
        [49, 4, 4],
      ])
    const plan = { seed: 2, reads: 1500, slots: 60, room: 90, layers, window: 8, rows: 1 }
    expect(await compare(target, plan)).toBeGreaterThanOrEqual(1500)
    await target.close()
  })
})
