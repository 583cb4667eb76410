import { crc32 as zlibCrc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import {
  cobsBound,
  cobsDecode,
  cobsEncode,
  crc32,
  encodeFrame,
  type Frame,
  FrameDecoder,
} from '../../src/wire/index.ts'

const random = draws(1, STREAM.testInputs)
const ramp = (from: number, to: number) => Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i)
const encoded = (source: Uint8Array) => {
  const into = new Uint8Array(cobsBound(source.length))
  return into.subarray(0, cobsEncode(source, source.length, into, 0))
}

describe('CRC-32', () => {
  it('gives the check value of the standard and what zlib gives', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
    for (let n = 0; n < 50; n++) {
      const bytes = Uint8Array.from({ length: n * 7 }, (_, i) => random.word(1000 * n + i))
      expect(crc32(bytes)).toBe(zlibCrc32(bytes))
    }
  })
})

describe('COBS', () => {
  // Cheshire and Baker, "Consistent overhead byte stuffing" (1999), and the table of the same examples in common use.
  it.each([
    [[0], [1, 1]],
    [
      [0, 0],
      [1, 1, 1],
    ],
    [
      [0, 0x11, 0],
      [1, 2, 0x11, 1],
    ],
    [
      [0x11, 0x22, 0, 0x33],
      [3, 0x11, 0x22, 2, 0x33],
    ],
    [
      [0x11, 0, 0, 0],
      [2, 0x11, 1, 1, 1],
    ],
    [[...ramp(1, 254)], [255, ...ramp(1, 254)]],
    [
      [0, ...ramp(1, 254)],
      [1, 255, ...ramp(1, 254)],
    ],
    [[...ramp(1, 255)], [255, ...ramp(1, 254), 2, 255]],
    [
      [...ramp(2, 255), 0],
      [255, ...ramp(2, 255), 1, 1],
    ],
    [
      [...ramp(3, 255), 0, 1],
      [254, ...ramp(3, 255), 2, 1],
    ],
  ])('writes example %#', (plain, wire) => {
    expect([...encoded(Uint8Array.from(plain))]).toEqual(wire)
    const back = new Uint8Array(plain.length)
    expect(cobsDecode(Uint8Array.from(wire), 0, wire.length, back)).toBe(plain.length)
    expect([...back]).toEqual(plain)
  })

  it('takes the empty last group some encoders write after 254 bytes', () => {
    const wire = Uint8Array.of(255, ...ramp(1, 254), 1)
    const back = new Uint8Array(300)
    expect(cobsDecode(wire, 0, wire.length, back)).toBe(254)
  })
})

describe('FrameDecoder', () => {
  const collect = (maxFrame?: number) => {
    const frames: { type: number; seq: number; payload: number[] }[] = []
    const decoder = new FrameDecoder(
      ({ type, seq, payload }: Frame) => frames.push({ type, seq, payload: [...payload] }),
      maxFrame,
    )
    return { frames, decoder }
  }
  const payload = (n: number) =>
    Uint8Array.from({ length: n % 700 }, (_, i) => random.word(n * 997 + i) & random.word(i))

  it('reads a frame written byte by byte in the specification', () => {
    // PING with seq 0x0102 and no payload: 08 02 01 and the CRC of these, which holds no zero.
    const crc = zlibCrc32(Uint8Array.of(8, 2, 1))
    const body = [8, 2, 1, crc & 255, (crc >>> 8) & 255, (crc >>> 16) & 255, crc >>> 24]
    expect(body).not.toContain(0)
    expect([...encodeFrame(8, 0x0102, new Uint8Array(0))]).toEqual([0, 8, ...body, 0])
  })

  it('finds every frame however the bytes are cut', () => {
    const { frames, decoder } = collect()
    const all: number[] = []
    for (let n = 0; n < 300; n++) all.push(...encodeFrame(n & 0xff, n * 200, payload(n)))
    const bytes = Uint8Array.from(all)
    for (let at = 0, n = 0; at < bytes.length; n++) {
      const size = 1 + (random.word(n) % 400)
      decoder.push(bytes.subarray(at, at + size))
      at += size
    }
    expect(frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, n) => n * 200))
    expect(frames[123].payload).toEqual([...payload(123)])
    expect(decoder.bad).toBe(0)
  })

  it('never throws on noise, holds no more than a frame, and is in step again one frame later', () => {
    const { frames, decoder } = collect(300)
    for (let round = 0; round < 2000; round++) {
      const noise = Uint8Array.from({ length: random.word(round) % 900 }, (_, i) => random.word(round * 1000 + i))
      if (round % 3 === 0) noise.fill(7)
      decoder.push(noise)
      expect(decoder.tail.length).toBeLessThanOrEqual(302)
      frames.length = 0
      decoder.push(encodeFrame(1, round, payload(round % 290)))
      expect(frames).toEqual([{ type: 1, seq: round, payload: [...payload(round % 290)] }])
    }
    expect(decoder.bad).toBeGreaterThan(1000)
  })

  it('drops every frame with one changed, missing or doubled byte', () => {
    const frame = encodeFrame(0x90, 77, payload(40))
    const good = collect()
    good.decoder.push(frame)
    for (let at = 1; at < frame.length - 1; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const { frames, decoder } = collect()
        const flipped = frame.slice()
        flipped[at] ^= 1 << bit
        decoder.push(flipped)
        expect(frames, `bit ${bit} of byte ${at}`).toEqual([])
      }
      for (const changed of [
        Uint8Array.of(...frame.subarray(0, at), ...frame.subarray(at + 1)),
        Uint8Array.of(...frame.subarray(0, at), frame[at], ...frame.subarray(at)),
      ]) {
        const { frames, decoder } = collect()
        decoder.push(changed)
        expect(frames).toEqual([])
        expect(decoder.bad).toBe(1)
      }
    }
  })

  it('drops what is longer than it may be, and nothing else', () => {
    const { frames, decoder } = collect(64)
    decoder.push(encodeFrame(1, 1, new Uint8Array(57)))
    decoder.push(encodeFrame(1, 2, new Uint8Array(58).fill(1)))
    decoder.push(encodeFrame(1, 3, new Uint8Array(5000).fill(1)))
    decoder.push(encodeFrame(1, 4, new Uint8Array(3)))
    expect(frames.map(({ seq }) => seq)).toEqual([1, 4])
    expect(decoder.bad).toBe(2)
  })
})
