import { describe, expect, it } from 'vitest'
import {
  decodeEcho,
  decodeEchoReply,
  decodeLaunch,
  decodeLaunchReply,
  dropRequest,
  encodeEcho,
  encodeEchoReply,
  encodeLaunch,
  encodeLaunchReply,
  FRAME_OVERHEAD,
  HOST_MAX_FRAME,
  isMoving,
  type Layout,
  mostFrames,
  REQUEST,
  WireError,
} from '../../src/wire/index.ts'

const plain: Layout = {
  format: 'f64',
  banks: [{ width: 5, step: 0 }],
  paramCount: 5,
  drive: { width: 2, step: 0 },
  sense: { width: 3, step: 0 },
}
const local: Layout = { ...plain, local: { step: 0 } }
const ramp = (count: number, from: number) => Float64Array.from({ length: count }, (_, i) => from + i / 7)
const receipt = { slots: 4, clipped: 1, saturated: 2, startedAt: 3, endedAt: 0xfffffffe }

const launch = { armId: 7, frames: 4, drive: ramp(8, -1) }
const echo = { armId: 7, flight: 0xabcdef01, frames: 4, injection: ramp(12, 2) }
const launched = { flight: 9, receipt, output: ramp(12, 3) }
const echoed = { receipt, returned: ramp(2, 4), conjugate: ramp(8, 5) }

/** Every other length of a payload is refused, naming the length it has and the one it needs. */
function refusesOtherLengths(payload: Uint8Array, decode: (payload: Uint8Array) => unknown): void {
  for (let cut = 0; cut < payload.length; cut++) {
    expect(() => decode(payload.subarray(0, cut))).toThrow(WireError)
    expect(() => decode(payload.subarray(0, cut))).toThrow(new RegExp(`payload of ${cut} bytes where \\d+ are`))
  }
  const longer = Uint8Array.of(...payload, 0)
  expect(() => decode(longer)).toThrow(`payload of ${longer.length} bytes where ${payload.length} are needed`)
}

describe('messages of an echo', () => {
  it('move the machine, so that they run at most once', () => {
    expect([REQUEST.launch, REQUEST.echo, REQUEST.drop].map(isMoving)).toEqual([true, true, true])
  })

  it('LAUNCH comes as it went', () => {
    const payload = encodeLaunch(launch)
    expect(payload).toHaveLength(6 + 8 * 8)
    expect([...payload.subarray(0, 6)]).toEqual([7, 0, 0, 0, 4, 0])
    expect(decodeLaunch(plain, payload)).toEqual(launch)
    refusesOtherLengths(payload, (given) => decodeLaunch(plain, given))
  })

  it.each([
    [undefined, 0],
    ['plain', 1],
    ['mirrored', 2],
  ] as const)('ECHO comes as it went, decay %s', (decay, byte) => {
    const payload = encodeEcho({ ...echo, decay })
    expect(payload).toHaveLength(11 + 12 * 8)
    expect([...payload.subarray(4, 11)]).toEqual([0x01, 0xef, 0xcd, 0xab, byte, 4, 0])
    expect(decodeEcho(plain, payload)).toEqual({ ...echo, decay })
    refusesOtherLengths(payload, (given) => decodeEcho(plain, given))
  })

  it('DROP names arming and flight', () => {
    expect([...dropRequest.encode({ armId: 1, flight: 2 })]).toEqual([1, 0, 0, 0, 2, 0, 0, 0])
  })

  it.each([
    ['without local readings', plain, {}],
    ['with local readings', local, { local: Float64Array.of(1, Number.NaN, 3, 4, 5) }],
  ] as const)('replies come as they went %s', (_, layout, actions) => {
    const out = encodeLaunchReply({ ...launched, ...actions })
    expect(decodeLaunchReply(layout, out, 4)).toEqual({ ...launched, ...actions })
    refusesOtherLengths(out, (given) => decodeLaunchReply(layout, given, 4))
    const back = encodeEchoReply({ ...echoed, ...actions })
    expect(decodeEchoReply(layout, back, 4)).toEqual({ ...echoed, ...actions })
    refusesOtherLengths(back, (given) => decodeEchoReply(layout, given, 4))
  })

  it.each([
    ['a passage of no frames', () => decodeLaunch(plain, encodeLaunch({ ...launch, frames: 0 })), 4],
    ['an echo of no frames', () => decodeEcho(plain, encodeEcho({ ...echo, decay: undefined, frames: 0 })), 9],
    ['an unknown decay', () => decodeEcho(plain, encodeEcho({ ...echo, decay: undefined }).fill(3, 8, 9)), 8],
  ])('refuse %s, naming the byte', (_, decode, offset) => {
    expect(decode).toThrow(expect.objectContaining({ name: 'ValueError', offset }))
  })

  it('ask for their rows before room is made for them', () => {
    expect(() => decodeLaunch(plain, encodeLaunch(launch).fill(0xff, 4, 6))).toThrow(/where 1048566 are needed/)
    expect(() => decodeEcho(plain, encodeEcho({ ...echo, decay: 'plain' }).fill(0xff, 9, 11))).toThrow(WireError)
  })
})

describe('the longest passage', () => {
  /** Bytes of the frames of all four messages. */
  const sizes = (layout: Layout, frames: number) => {
    const actions = layout.local && { local: ramp(layout.paramCount, 0) }
    const { drive, sense } = layout
    return [
      encodeLaunch({ ...launch, frames, drive: ramp(frames * drive.width, 0) }),
      encodeEcho({ ...echo, frames, decay: 'plain', injection: ramp(frames * sense.width, 0) }),
      encodeLaunchReply({ ...launched, output: ramp(frames * sense.width, 0), ...actions }),
      encodeEchoReply({
        receipt,
        returned: ramp(drive.width, 0),
        conjugate: ramp(frames * drive.width, 0),
        ...actions,
      }),
    ].map((payload) => payload.length + FRAME_OVERHEAD)
  }
  const fits = (layout: Layout, frames: number, maxFrame: number) =>
    sizes(layout, frames).every((bytes, n) => bytes <= (n < 2 ? maxFrame : HOST_MAX_FRAME))

  it.each<[string, Layout, number]>([
    ['wide outputs', plain, 200],
    ['a wide drive', { ...plain, drive: { width: 9, step: 0 } }, 512],
    ['one number each way', { ...plain, drive: { width: 1, step: 0 }, sense: { width: 1, step: 0 } }, 65535],
    ['many parameters', { ...local, paramCount: 8000 }, 65535],
    ['many parameters, a wide drive', { ...local, drive: { width: 50, step: 0 }, paramCount: 7900 }, 65535],
  ])('is what the frames take, not one more: %s', (_, layout, maxFrame) => {
    const most = mostFrames(layout, maxFrame)
    expect(most).toBeGreaterThan(0)
    expect(fits(layout, most, maxFrame)).toBe(true)
    expect(fits(layout, most + 1, maxFrame)).toBe(false)
  })

  it('is none where nothing fits', () => {
    expect(mostFrames(plain, 41)).toBe(0)
    expect(mostFrames(plain, 42)).toBe(1)
    expect(mostFrames({ ...local, paramCount: 8192 }, 65535)).toBe(0)
  })
})
