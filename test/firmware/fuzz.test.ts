import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeFrame, pingReply, REQUEST } from '../../src/wire/index.ts'
import { Client } from './client.ts'
import { buildHost, type HostTarget, hostTarget, noCompiler, sanitizers } from './host.ts'
import { randomFrom } from './random.ts'

const why = noCompiler ?? (sanitizers.length === 0 ? 'no address and undefined behaviour sanitizers' : undefined)
if (why) console.warn(`fuzzing the core: skipped, ${why}`)

const TYPES = [...Object.values(REQUEST), 0, 0x3f, 0x90, 0xc0, 0xff]

describe.skipIf(why)('whatever arrives, the core', () => {
  let target: HostTarget
  let client: Client
  beforeAll(async () => {
    target = hostTarget(await buildHost(sanitizers))
    client = new Client(target)
  }, 60_000)
  afterAll(() => target.close())

  /** One zero ends whatever was there; the request after it must be answered. */
  async function alive(label: string) {
    target.write(Uint8Array.of(0))
    const answer = await client.must(REQUEST.ping).catch((error: Error) => {
      throw new Error(`${label}: ${error.message}`)
    })
    expect(target.exit(), target.complaint()).toBeUndefined()
    return pingReply.decode(answer.payload)
  }

  it('is in step again after noise, and counts bad frames', async () => {
    const random = randomFrom(11)
    for (let n = 0; n < 300; n++) {
      target.write(random.bytes(random.whole(1, 400)))
      await alive(`noise ${n}`)
    }
    expect((await alive('noise')).badFrames).toBeGreaterThan(100)
  })

  it('drops frames that are cut, lengthened or damaged in one byte', async () => {
    const random = randomFrom(12)
    const before = (await alive('before')).badFrames
    let harmed = 0
    for (let n = 0; n < 300; n++) {
      const whole = encodeFrame(REQUEST.read, 5000 + n, random.bytes(random.whole(4, 60)))
      const kind = n % 3
      const at = random.whole(2, whole.length - 2)
      if (kind === 0) target.write(whole.subarray(0, at))
      if (kind === 1) target.write(Uint8Array.of(...whole.subarray(0, -1), random.whole(1, 255), 0))
      if (kind === 2) target.write(whole.map((byte, i) => (i === at ? byte ^ (1 << random.whole(0, 7)) : byte)))
      harmed++
      await alive(`damage ${n}`)
    }
    // A flipped bit can also cut a frame in two.
    expect((await alive('after')).badFrames - before).toBeGreaterThanOrEqual(harmed)
  })

  it('drops a frame longer than it takes', async () => {
    const { maxFrame } = await client.hello()
    const before = (await alive('before')).badFrames
    target.write(encodeFrame(REQUEST.write, 1, new Uint8Array(maxFrame).fill(7)))
    target.write(encodeFrame(REQUEST.write, 2, new Uint8Array(3 * maxFrame).fill(7)))
    expect((await alive('long frames')).badFrames - before).toBe(2)
    // The longest it does take is refused for what it says, not dropped.
    expect((await client.refused(REQUEST.write, new Uint8Array(maxFrame - 7))).request).toBe(REQUEST.write)
  })

  it('survives sound frames with senseless payloads in every state and network', { timeout: 30_000 }, async () => {
    const random = randomFrom(13)
    const networks = [
      [1, 1],
      [2, 2, 1],
      [4, 5, 3],
      [60, 9, 7, 2],
    ]
    for (let n = 0; n < 3000; n++) {
      if (n % 100 === 0) {
        await client.ask(REQUEST.clear, Uint8Array.of(1))
        await client.must(REQUEST.disarm)
        await client.configure(random.pick(networks), random.pick(['sigmoid', 'tanh', 'relu'] as const))
        await client.arm(1)
      }
      const type = random.pick(TYPES)
      const payload = random.bytes(random.pick([0, random.whole(0, 30), random.whole(0, 300)]))
      // Mostly armed and with small counts, or nothing would get past the first check.
      if (payload.length > 8 && random.whole(0, 3) > 0) payload.set([1, 0, 0, 0, random.whole(0, 40), 0], 0)
      if (type === REQUEST.measure && payload.length > 9) payload.set([random.whole(1, 20), 0, random.whole(0, 3)], 6)
      target.write(encodeFrame(type, random.whole(40_000, 65_535), payload))
      if (n % 10 === 9) await alive(`senseless ${n}`)
    }
  })
})
