import { describe, expect, it } from 'vitest'
import type { Block, Code } from '../../src/contract/block.ts'
import {
  armRequest,
  decodeApply,
  decodeData,
  decodeLearn,
  decodeLearnReply,
  decodeMeasure,
  decodeReadReply,
  decodeRestore,
  decodeWrite,
  encodeApply,
  encodeData,
  encodeLearn,
  encodeLearnReply,
  encodeMeasure,
  encodeReadReply,
  encodeRestore,
  encodeWrite,
  type Format,
  helloReply,
  type Layout,
  learnBytes,
  measureBytes,
  parameterCrc,
  pingReply,
  slotBytes,
  toCount,
  ValueError,
  WireError,
} from '../../src/wire/index.ts'

const layout = (format: Format): Layout => ({
  format,
  banks: [
    { width: 3, step: 0.5 },
    { width: 2, step: 0.25 },
  ],
  paramCount: 5,
  drive: { width: 2, step: 0.125 },
  sense: { width: 3, step: 0.0625 },
})
const code: Code = {
  kind: 'code',
  family: 'sinusoid',
  pairing: 'opposite',
  seed: 0xfedcba98,
  first: 0x80000001,
  hold: 3,
  amplitudes: [1.5, -0.75],
}
const drive = { kind: 'track', data: Float64Array.of(0.5, -0.25, 1, 2, 3, -3.875), hold: 2 } as const
const formats: Format[] = ['i16', 'f64']

describe('fixed messages', () => {
  it('have the lengths and places of the specification', () => {
    const hello = helloReply.encode({
      nonce: 1,
      protocol: 1,
      descriptionLength: 0x203,
      descriptionCrc: 4,
      boot: 5,
      resetReason: 3,
      state: 1,
      fault: 2,
      credits: 7,
      armId: 0xffffffff,
      maxFrame: 0x102,
    })
    expect([...hello]).toEqual([1, 0, 0, 0, 1, 0, 3, 2, 4, 0, 0, 0, 5, 0, 0, 0, 3, 1, 2, 7, 255, 255, 255, 255, 2, 1])
    expect(pingReply.encode({ state: 1, fault: 0, boot: 2, armId: 3, badFrames: 4, parameterCrc: 5 })).toHaveLength(16)
    expect([...armRequest.encode({ armId: 0x01020304, watchdogMs: 1000 })]).toEqual([4, 3, 2, 1, 0xe8, 3])
  })

  it('refuse a payload of another length and say what they need', () => {
    expect(() => armRequest.decode(new Uint8Array(5))).toThrow(WireError)
    expect(() => armRequest.decode(new Uint8Array(7))).toThrow(/7 bytes where 6/)
  })
})

describe('numbers', () => {
  it('round half up and stay within 16 bits', () => {
    expect([0.25, -0.25, 0.24, -0.26, 1e9, -1e9].map((value) => toCount(value, 0.5))).toEqual([
      1, 0, 0, -1, 32767, -32768,
    ])
  })
})

describe.each(formats)('messages in %s', (format) => {
  const shape = layout(format)

  it('WRITE and READ carry any stretch across banks', () => {
    const theta = Float64Array.of(0.5, -1, 1.5, 0.25, -0.75)
    const write = encodeWrite(shape, 9, theta, 2, 2)
    expect(write).toHaveLength(6 + 2 * (format === 'i16' ? 2 : 8))
    if (format === 'i16') expect([...write.subarray(6)]).toEqual([3, 0, 1, 0])
    expect(decodeWrite(shape, write)).toEqual({ armId: 9, first: 2, values: theta.subarray(2, 4).slice() })
    expect(decodeReadReply(shape, encodeReadReply(shape, theta, 0, 5)).values).toEqual(theta)
    expect(() => decodeWrite(shape, encodeWrite(shape, 9, new Float64Array(5), 0, 5).subarray(0, 9))).toThrow(WireError)
    const past = encodeWrite({ ...shape, paramCount: 9, banks: [{ width: 9, step: 1 }] }, 9, new Float64Array(9), 0, 9)
    expect(() => decodeWrite(shape, past)).toThrow(WireError)
    expect(parameterCrc(shape, theta)).not.toBe(
      parameterCrc(
        shape,
        theta.map((value) => value + 0.5),
      ),
    )
  })

  it.each<[string, Block['delta']]>([
    ['nothing', undefined],
    ['a track', { kind: 'track', data: Float64Array.from({ length: 10 }, (_, i) => i / 2 - 2), hold: 3 }],
    ['signs', { kind: 'signs', bits: Uint8Array.of(0b10101, 0b00110), amplitudes: [0.5, 2], hold: 3 }],
    ['a code', code],
  ])('MEASURE carries %s', (_, delta) => {
    const block: Block = delta === undefined ? { slots: 6, drive } : { slots: 6, drive, delta }
    const payload = encodeMeasure(shape, 77, block)
    expect(payload).toHaveLength(measureBytes(shape, block))
    expect(decodeMeasure(shape, payload)).toEqual({ armId: 77, block })
    for (let cut = 0; cut < payload.length; cut++)
      expect(() => decodeMeasure(shape, payload.subarray(0, cut))).toThrow(WireError)
    expect(() => decodeMeasure(shape, Uint8Array.of(...payload, 0))).toThrow(WireError)
  })

  it('MEASURE takes holds longer than 16 bits', () => {
    const held = { kind: 'track', data: Float64Array.of(0.5, -0.25), hold: 1e6 } as const
    const delta = { kind: 'track', data: new Float64Array(5), hold: 65536 } as const
    const { block } = decodeMeasure(shape, encodeMeasure(shape, 1, { slots: 6, drive: held, delta }))
    expect(block).toEqual({ slots: 6, drive: { ...held, hold: 6 }, delta: { ...delta, hold: 6 } })
  })

  it('MEASURE names the place of a number that means nothing', () => {
    const payload = encodeMeasure(shape, 77, { slots: 6, drive, delta: code })
    for (const [offset, value] of [
      [6, 0],
      [8, 4],
      [9, 4],
      [10, 2],
      [19, 0],
    ]) {
      const bad = payload.slice()
      bad[offset] = value
      try {
        decodeMeasure(shape, bad)
        expect.unreachable()
      } catch (error) {
        expect(error).toBeInstanceOf(ValueError)
        expect((error as ValueError).offset).toBe(offset)
      }
    }
  })

  it('MEASURE asks for its rows before it makes room for them', () => {
    const huge = encodeMeasure(shape, 77, { slots: 6, drive }).slice()
    huge.set([0xff, 0xff, 1, 0], 4)
    expect(() => decodeMeasure(shape, huge)).toThrow(WireError)
  })

  it('DATA fills whole slots and nothing beyond the block', () => {
    const readings = Float64Array.from({ length: 12 }, (_, i) => i / 16)
    const into = new Float64Array(12)
    expect(decodeData(shape, encodeData(shape, readings, 1, 2), into)).toEqual({ first: 1, count: 2 })
    expect([...into]).toEqual([...readings].map((value, i) => (i >= 3 && i < 9 ? value : 0)))
    expect(() => decodeData(shape, encodeData(shape, readings, 2, 2), into.subarray(0, 9))).toThrow(WireError)
    expect(() => decodeData(shape, Uint8Array.of(255, 255, 1, 1), into)).toThrow(WireError)
  })

  it('APPLY, LEARN and RESTORE come back as they went', () => {
    const coefficients = { exponent: format === 'i16' ? -3 : 0, values: Float64Array.of(5, -32768, 32767) }
    expect(decodeApply(shape, encodeApply(shape, 4, code, coefficients))).toEqual({ armId: 4, code, ...coefficients })
    const gain = format === 'i16' ? [1, -2].map((n) => ({ mantissa: 20000 * n, exponent: 7 * n })) : { rate: 0.1 }
    if (Array.isArray(gain)) gain[1].mantissa = -32768
    const job = {
      armId: 3,
      code,
      gain,
      hold: 5,
      updateEvery: 2,
      rows: 2,
      drive: Float64Array.of(0.125, 1, -1, 0.5),
      target: Float64Array.of(0.0625, 1, -1, 0.5, 0, 0.25),
    }
    const payload = encodeLearn(shape, job)
    expect(payload).toHaveLength(learnBytes(shape).head + 2 * learnBytes(shape).row)
    expect(decodeLearn(shape, payload)).toEqual(job)
    const reply = { clipped: 1, startedAt: 2, endedAt: 3, parameterCrc: 4, costs: Float64Array.of(7, 4294967295) }
    expect(decodeLearnReply(shape, encodeLearnReply(shape, reply), 2)).toEqual(reply)
    const piece = { armId: 8, total: 100000, offset: 99997, bytes: Uint8Array.of(1, 2, 3) }
    expect(decodeRestore(encodeRestore(8, piece))).toEqual(piece)
  })

  describe('with loads and readings inside the machine', () => {
    const taps = [
      { width: 2, step: 0.125 },
      { width: 1, step: 0.5 },
    ]
    const full: Layout = { ...shape, local: { step: 0.25 }, load: { step: 0.5 }, taps }
    const load = { kind: 'track', data: Float64Array.of(0.5, -1, 1.5, 2, -0.5, 0), hold: 3 } as const
    const delta: Block['delta'] = {
      kind: 'signs',
      bits: Uint8Array.of(0b10101, 0b00110),
      amplitudes: [0.5, 2],
      hold: 3,
    }

    it.each([
      ['a load', { slots: 6, drive, load }, undefined, 0x10],
      ['local readings', { slots: 6, drive }, 'local', 0x20],
      ['readings between layers', { slots: 6, drive }, 'taps', 0x40],
      ['readings between layers, signs', { slots: 6, drive, delta }, 'taps', 0x42],
      ['both, a code', { slots: 6, drive, delta: code, load }, 'local', 0x33],
      ['both, signs', { slots: 6, drive, delta, load }, 'local', 0x32],
    ] as const)('MEASURE asks for %s', (_, block, inner, byte) => {
      const payload = encodeMeasure(full, 77, block, inner)
      expect(payload).toHaveLength(measureBytes(full, block))
      expect(payload[8]).toBe(byte)
      expect(decodeMeasure(full, payload)).toEqual({ armId: 77, block, ...(inner && { inner }) })
      for (let cut = 0; cut < payload.length; cut++)
        expect(() => decodeMeasure(full, payload.subarray(0, cut))).toThrow(WireError)
      expect(() => decodeMeasure(full, Uint8Array.of(...payload, 0))).toThrow(WireError)
    })

    it('MEASURE has the load behind the drive, byte by byte', () => {
      const payload = encodeMeasure(full, 1, {
        slots: 1,
        drive: { ...drive, data: Float64Array.of(0.125, 0.25) },
        load,
      })
      if (format === 'i16')
        expect([...payload]).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 0x10, 1, 0, 2, 0, 1, 0, 1, 0, 254, 255, 3, 0])
      else expect(payload).toHaveLength(9 + 16 + 2 + 24)
    })

    it('MEASURE refuses flags that mean nothing to the machine', () => {
      const payload = encodeMeasure(full, 77, { slots: 6, drive, load }, 'local')
      for (const [machine, byte] of [
        [shape, 0x10],
        [shape, 0x20],
        [shape, 0x40],
        [{ ...shape, local: { step: 1 } }, 0x40],
        [full, 0x50],
        [full, 0x60],
        [{ ...shape, local: { step: 1 } }, 0x30],
        [{ ...shape, load: { step: 1 } }, 0x30],
        [full, 0x70],
        [full, 0xb0],
        [full, 0x34],
      ] as const) {
        payload[8] = byte
        expect(() => decodeMeasure(machine, payload)).toThrow(
          expect.objectContaining({ name: 'ValueError', offset: 8 }),
        )
      }
      expect(() => encodeMeasure(shape, 1, { slots: 6, drive, load })).toThrow(/no load/)
      expect(() => encodeMeasure(shape, 1, { slots: 6, drive }, 'local')).toThrow(/no local/)
      expect(() => encodeMeasure(shape, 1, { slots: 6, drive }, 'taps')).toThrow(/no readings between layers/)
    })

    it('MEASURE asks for the rows of a load before it makes room for them, and for a hold', () => {
      const payload = encodeMeasure(full, 77, {
        slots: 6,
        drive: { ...drive, hold: 6, data: drive.data.slice(0, 2) },
        load,
      })
      const at = payload.length - 2 - 6 * (format === 'i16' ? 2 : 8)
      const huge = payload.slice()
      huge.set([0xff, 0xff, 0xff, 0xff], 4)
      huge.set([1, 0], at)
      expect(() => decodeMeasure(full, huge)).toThrow(WireError)
      huge.set([0, 0], at)
      expect(() => decodeMeasure(full, huge)).toThrow(expect.objectContaining({ name: 'ValueError', offset: at }))
    })

    it('DATA carries local readings behind the outputs of each slot, and those that could not be taken', () => {
      const readings = Float64Array.from({ length: 12 }, (_, i) => i / 16)
      const local = Float64Array.from({ length: 20 }, (_, i) => (i === 7 ? Number.NaN : i / 4 - 2))
      const payload = encodeData(full, readings, 1, 2, { of: 'local', data: local })
      expect(payload).toHaveLength(2 + 2 * slotBytes(full, 'local'))
      const [into, places] = [new Float64Array(12), new Float64Array(20)]
      expect(decodeData(full, payload, into, { of: 'local', data: places })).toEqual({ first: 1, count: 2 })
      expect([...into]).toEqual([...readings].map((value, i) => (i >= 3 && i < 9 ? value : 0)))
      expect([...places]).toEqual([...local].map((value, i) => (i >= 5 && i < 15 ? value : 0)))
      for (const bad of [
        payload.subarray(0, -1),
        Uint8Array.of(...payload, 0),
        Uint8Array.of(2, 0, ...payload.subarray(2)),
      ])
        expect(() => decodeData(full, bad, into.subarray(0, 9), { of: 'local', data: places.subarray(0, 15) })).toThrow(
          WireError,
        )
    })

    it('DATA carries what each layer reads behind the outputs, in the steps of the layer, and what could not be taken', () => {
      const readings = Float64Array.from({ length: 12 }, (_, i) => i / 16)
      const given = Float64Array.from({ length: 12 }, (_, i) => (i === 4 ? Number.NaN : i % 3 === 2 ? i / 2 : i / 8))
      const payload = encodeData(full, readings, 1, 2, { of: 'taps', data: given })
      expect(payload).toHaveLength(2 + 2 * slotBytes(full, 'taps'))
      expect(slotBytes(full, 'taps') - slotBytes(full)).toBe(3 * (format === 'i16' ? 2 : 8))
      if (format === 'i16') expect([...payload.subarray(8, 14)]).toEqual([3, 0, 0, 0x80, 5, 0])
      const [into, places] = [new Float64Array(12), new Float64Array(12)]
      expect(decodeData(full, payload, into, { of: 'taps', data: places })).toEqual({ first: 1, count: 2 })
      expect([...into]).toEqual([...readings].map((value, i) => (i >= 3 && i < 9 ? value : 0)))
      expect([...places]).toEqual([...given].map((value, i) => (i >= 3 && i < 9 ? value : 0)))
      expect(() => decodeData(full, payload, into, { of: 'local', data: places })).toThrow(WireError)
    })

    it('a reading that is no number stays none, and no number becomes one', () => {
      const wild = Float64Array.of(Number.NaN, -1e9, 1e9)
      const gaps = { ...full, sense: { ...full.sense, gaps: true } }
      const into = new Float64Array(3)
      decodeData(gaps, encodeData(gaps, wild, 0, 1), into)
      expect([...into]).toEqual(format === 'i16' ? [Number.NaN, -32767 / 16, 32767 / 16] : [...wild])
      const [outputs, local] = [new Float64Array(3), new Float64Array(5)]
      const given = Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, -1e9, 0.25, -0.25)
      const sent = encodeData(full, outputs, 0, 1, { of: 'local', data: given })
      decodeData(full, sent, outputs, { of: 'local', data: local })
      const counted = [Number.NaN, Number.NaN, -32767 / 4, 0.25, -0.25]
      expect([...local]).toEqual(format === 'i16' ? counted : [...given])
    })
  })
})
