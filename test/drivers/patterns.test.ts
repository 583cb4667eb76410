import { afterAll, describe, expect, it, vi } from 'vitest'
import { memoryPair } from '../../drivers/index.ts'
import { type ServeOptions, serve } from '../../sim/bench/serve.ts'
import { attach } from '../../src/contract/device.ts'
import { type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { contract } from '../../src/testing/index.ts'
import {
  armRequest,
  encodeDescription,
  encodeFrame,
  FrameDecoder,
  parseDescription,
  REFUSAL,
  REFUSED,
  REQUEST,
  refusal,
  showRequest,
} from '../../src/wire/index.ts'
import { PatternToy } from '../contract/pattern-toy.ts'
import { quick, wired } from './bench.ts'

contract(
  'toy that makes patterns, behind the wire in small frames',
  async () => (await wired(new PatternToy(), { server: { maxFrame: 300 } })).wire,
  { describe, it, afterAll },
)

const WINDOW: PatternWindow = { family: 'random:3', first: 2, count: 20, pairing: 'opposite', hold: 1 }

/** What a machine reads of one window, several times over. */
async function shown(device: ReturnType<typeof attach<PatternToy>>, rounds: number): Promise<number[]> {
  await device.store(Float64Array.from({ length: 10 }, (_, i) => 0.125 * (i - 4)))
  const seen: number[] = []
  for (let round = 0; round < rounds; round++) {
    const into = new Float64Array(patternSlots(WINDOW) * device.sheet.sense.width)
    const receipt = await device.codes.patterns?.measure({ ...WINDOW, first: round }, into)
    expect(receipt?.slots).toBe(40)
    seen.push(...into)
  }
  return seen
}

it('patterns that a board makes read bit for bit as in the process, over a bad line too', async () => {
  const clean = await shown(attach(new PatternToy({ noise: 0.01 })), 4)
  const { wire, line } = await wired(new PatternToy({ noise: 0.01 }), {
    faults: { seed: 5, rates: { drop: 4e-4, flip: 4e-4, duplicate: 4e-4 } },
    timing: { ...quick, replyMs: 10, retries: 9, openMs: 2000 },
  })
  expect(wire.codes?.patterns).toMatchObject({ families: ['hadamard walsh', 'random:3'], rows: 2, columns: 2 })
  expect(await shown(attach(wire) as unknown as ReturnType<typeof attach<PatternToy>>, 4)).toEqual(clean)
  expect(line.faults).toBeGreaterThan(0)
})

it('a pattern whose number the wire cannot carry is refused before anything is sent', async () => {
  const toy = new PatternToy()
  const { wire } = await wired(toy)
  const window = { family: 'random:3', first: 2 ** 32, count: 1, pairing: 'single', hold: 1 } as const
  const device = attach(wire) as unknown as ReturnType<typeof attach<PatternToy>>
  const into = new Float64Array(device.sheet.sense.width)
  await expect(device.codes.patterns?.measure(window, into)).rejects.toMatchObject({ code: 'LIMIT' })
  expect(toy.windows).toHaveLength(0)
  await device[Symbol.asyncDispose]()
})

describe('a server of patterns refuses', () => {
  const good = { armId: 9, family: 0, pairing: 1, first: 0, count: 2, hold: 1 }
  it.each([
    ['a family it does not have', { family: 2 }, { code: REFUSED.value, detail: 4 }],
    ['an unknown pairing', { pairing: 2 }, { code: REFUSED.value, detail: 5 }],
    ['no patterns', { count: 0 }, { code: REFUSED.value, detail: 10 }],
    ['no hold', { hold: 0 }, { code: REFUSED.value, detail: 12 }],
    ['more slots than it takes', { count: 33 }, { code: REFUSED.limit, detail: 64 }],
    ['another arming', { armId: 8 }, { code: REFUSED.notArmed }],
  ])('%s', async (_, change, wanted) => {
    const toy = new PatternToy()
    const server: ServeOptions = {}
    const [near, far] = memoryPair()
    const served = serve(toy, far, server)
    const answers: unknown[] = []
    const decoder = new FrameDecoder(({ type, payload }) =>
      answers.push(type === REFUSAL ? refusal.decode(payload.slice()) : type),
    )
    near.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
    await near.write(encodeFrame(REQUEST.arm, 1, armRequest.encode({ armId: 9, watchdogMs: 60_000 })))
    await near.write(encodeFrame(REQUEST.show, 2, showRequest.encode({ ...good, ...change })))
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    expect(answers[1]).toMatchObject(wanted)
    expect(toy.windows).toHaveLength(0)
    await served[Symbol.asyncDispose]()
  })
})

describe('a description of patterns is refused', () => {
  const patterns = { families: ['raster'], rows: 2, columns: 2 }
  it.each([
    ['whose size is not the drive’s', { codes: ['random'] as const, patterns: { ...patterns, rows: 3 } }],
    ['of no family', { codes: ['random'] as const, patterns: { ...patterns, families: [] } }],
    ['without codes', { patterns }],
  ])('%s', (_, facets) => {
    const bytes = encodeDescription(new PatternToy().sheet, 'f64', facets, [1, 100])
    expect(() => parseDescription(bytes, 'simulator')).toThrow(expect.objectContaining({ code: 'WRONG_FIRMWARE' }))
  })
})
