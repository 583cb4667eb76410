import { describe, expect, it } from 'vitest'
import type { Block } from '../../src/contract/block.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import {
  asRead,
  decodeData,
  decodeMeasure,
  decodeRead,
  decodeReadReply,
  decodeWrite,
  encodeData,
  encodeDescription,
  encodeMeasure,
  encodeRead,
  encodeReadReply,
  encodeWrite,
  layoutOf,
  measureBytes,
  packSpikes,
  parametersWithin,
  parseDescription,
  type SpikeRun,
  spikeRuns,
  tickBytes,
  unpackTick,
  WireError,
} from '../../src/wire/index.ts'

const bank = { unit: '1', step: 1, slew: Number.POSITIVE_INFINITY }
const sheet = dataSheet({
  machine: 'core',
  kind: 'simulator',
  identity: 'test',
  banks: [
    { ...bank, name: 'bits', width: 13, min: 0, max: 1, safe: 0 },
    { ...bank, name: 'leak', width: 3, min: -256, max: 255, safe: 0 },
    { ...bank, name: 'threshold', width: 3, min: 0, max: 262143, safe: 262143 },
  ],
  drive: { width: 12, unit: '1', min: 0, max: 1, step: 1 },
  sense: { width: 3, unit: '1', min: 0, max: 7, step: 1, noise: 0 },
  maxSlots: 100,
  slotSeconds: 0.001,
  repeatable: true,
  settings: {},
})
const layout = layoutOf(sheet, 'packed')
const theta = Float64Array.of(1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, -256, 255, -1, 0, 262143, 77)

describe('packed numbers', () => {
  it('take as many bits as their range needs', () => {
    // 13 bits, 3 x 9 bits, 3 x 18 bits, each bank from a new byte on.
    expect(encodeWrite(layout, 9, theta, 0, 19)).toHaveLength(4 + 4 + 2 + 4 + 7)
    expect(parametersWithin(layout, 0, 13)).toBe(19)
    expect(parametersWithin(layout, 0, 12)).toBe(18)
    expect(parametersWithin(layout, 2, 3)).toBe(11)
    expect(parametersWithin(layout, 2, 5)).toBe(13)
  })

  it('come back, any stretch of them', () => {
    for (let first = 0; first < 19; first++)
      for (let count = 1; first + count <= 19; count++) {
        const values = theta.subarray(first, first + count).slice()
        expect(decodeWrite(layout, encodeWrite(layout, 9, theta, first, count))).toEqual({ armId: 9, first, values })
        expect(decodeReadReply(layout, encodeReadReply(layout, theta, first, count))).toEqual({ first, values })
      }
    expect(() => decodeWrite(layout, encodeWrite(layout, 9, theta, 0, 19).subarray(0, 20))).toThrow(WireError)
    const past = encodeWrite(layout, 9, theta, 0, 19)
    past[6] = 20
    expect(() => decodeWrite(layout, past)).toThrow(WireError)
  })

  it('are the nearest value of their port, half up, and readings may be none', () => {
    const [bits, leak] = layout.banks
    expect([-3, 0.4, 0.5, 9].map((value) => asRead('packed', bits, value))).toEqual([0, 0, 1, 1])
    expect([-255.5, -300, 254.49].map((value) => asRead('packed', leak, value))).toEqual([-255, -256, 254])
    const readings = Float64Array.of(0, 7, Number.NaN, 3, 2.5, -1)
    const into = new Float64Array(6)
    expect(decodeData(layout, encodeData(layout, readings, 0, 2), into)).toEqual({ first: 0, count: 2 })
    expect([...into]).toEqual([0, 7, Number.NaN, 3, 3, 0])
  })

  it('of a perturbation are differences, with their sign', () => {
    const data = Float64Array.from(theta, (_, i) => [-1, 0, 1][i % 3])
    data.set([-511, 511, 0, -262143, 262143], 13)
    const block: Block = {
      slots: 2,
      drive: { kind: 'track', data: Float64Array.from({ length: 12 }, (_, i) => i % 2), hold: 2 },
      delta: { kind: 'track', data, hold: 2 },
    }
    const payload = encodeMeasure(layout, 5, block)
    expect(payload).toHaveLength(measureBytes(layout, block))
    expect(decodeMeasure(layout, payload)).toEqual({ armId: 5, block })
  })

  it('have 32-bit addresses where there are more than 65535', () => {
    const wide = layoutOf(dataSheet({ ...sheet, banks: [{ ...sheet.banks[0], width: 70_000 }] }), 'packed')
    const many = Float64Array.from({ length: 70_000 }, (_, i) => Number(i % 3 === 0))
    const { first, values } = decodeWrite(wide, encodeWrite(wide, 1, many, 69_000, 1000))
    expect([first, values]).toEqual([69_000, many.subarray(69_000)])
    const stretch = { first: 65_536, count: 4464 }
    expect(decodeRead(wide, encodeRead(wide, stretch))).toEqual(stretch)
    expect(encodeRead(wide, stretch)).toHaveLength(8)
    expect(encodeRead(layout, { first: 1, count: 2 })).toHaveLength(4)
  })
})

describe('a description with packed numbers and spikes', () => {
  const spikes = { ticks: 4, lines: 3 }
  const text = (changes: object) => {
    const plain = JSON.parse(new TextDecoder().decode(encodeDescription(sheet, 'packed', { spikes }, [10, 1000])))
    return new TextEncoder().encode(JSON.stringify({ ...plain, ...changes }))
  }

  it('comes back', () => {
    const { layout: told, sheet: given } = parseDescription(text({}), 'simulator')
    expect(given).toEqual(sheet)
    expect(told).toEqual(layoutOf(sheet, 'packed', {}, spikes))
    expect(parseDescription(text({ format: 'f64' }), 'simulator').layout).toMatchObject({ format: 'f64', spikes })
  })

  it.each<[string, object, RegExp]>([
    ['spikes that are not the drive', { spikes: { ticks: 4, lines: 4 } }, /spikes: 4 ticks of 4 lines.*12 of 0..1/],
    ['half a tick', { spikes: { ticks: 1.5, lines: 8 } }, /spikes.ticks/],
    ['a port without a step', { sense: { ...sheet.sense, step: 0 } }, /sense.*cannot be packed/],
    ['a range beyond 24 bits', { sense: { ...sheet.sense, max: 2 ** 24 } }, /sense.*cannot be packed/],
    ['codes', { facets: { codes: ['random'] } }, /facets.codes: it needs the format f64/],
  ])('is refused with %s', (_, changes, message) => {
    expect(() => parseDescription(text(changes), 'hardware')).toThrow(message)
  })
})

describe('spikes', () => {
  it.each([3, 8, 17])('of %i lines are cut into runs that leave silence out and fit their frames', (lines) => {
    const shape = { ticks: 7, lines }
    const rows = 9
    // A loud beginning, a long silence, single ticks far apart and close together.
    const spiking = (n: number) => n < 20 || n === 47 || n === 49 || n === 62
    const data = Float64Array.from({ length: rows * 7 * lines }, (_, i) =>
      Number(spiking(Math.floor(i / lines)) && (5 * i) % 4 !== 1),
    )
    const maxFrame = 19 + 8 * tickBytes(shape)
    const runs: SpikeRun[] = [...spikeRuns(shape, packSpikes(shape, data, rows), maxFrame)]
    const back = new Float64Array(data.length)
    for (const { row, tick, bits } of runs) {
      expect(bits.length).toBeLessThanOrEqual(8 * tickBytes(shape))
      for (let n = 0; n < bits.length / tickBytes(shape); n++)
        unpackTick(shape, bits.subarray(n * tickBytes(shape)), back, (row * 7 + tick + n) * lines)
    }
    expect(back).toEqual(data)
    const sent = runs.reduce((sum, { bits }) => sum + bits.length / tickBytes(shape), 0)
    expect(sent).toBeLessThan(30)
    expect([...spikeRuns(shape, new Uint8Array(7 * tickBytes(shape)), maxFrame)]).toEqual([])
  })
})
