import { describe, expect, it } from 'vitest'
import { dataSheet } from '../../src/contract/sheet.ts'
import type { InsituError } from '../../src/errors.ts'
import { encodeDescription, parseDescription } from '../../src/wire/index.ts'

const step = 2 ** -11
const port = { width: 4, unit: 'V', min: -16, max: 16 - step, step }
const announced = {
  insitu: 1,
  machine: 'mgd-chip',
  identity: 'insitu-chip 0.1 ATmega328P',
  uid: 'A1',
  banks: [{ name: 'w1', ...port, width: 20, safe: 0, slew: 0 }],
  drive: port,
  sense: { ...port, noise: 0 },
  maxSlots: 1024,
  slotSeconds: 0.0002,
  repeatable: true,
  format: 'i16',
  watchdogMs: [50, 60000],
  facets: { codes: ['random', 'walsh'], apply: true },
  settings: { layers: [4, 5, 3], activation: 'sigmoid' },
}
const tiny = { unit: 'm', min: -0.25, max: 0.25, step: 2 ** -16 }
/** A board with an echo, some of it changed. */
const wave = (echo: object, facets: object = {}) => ({
  ...announced,
  format: 'f64',
  facets: { ...facets, echo: { injection: tiny, maxFrames: 12, ...echo } },
})
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

describe('description', () => {
  it('becomes a frozen data sheet and a layout', () => {
    const { sheet, layout, codes, apply, learn, state, watchdogMs } = parseDescription(bytes(announced), 'hardware')
    expect(sheet).toMatchObject({ machine: 'mgd-chip', kind: 'hardware', identity: 'insitu-chip 0.1 ATmega328P A1' })
    expect(sheet.banks[0].slew).toBe(Number.POSITIVE_INFINITY)
    expect(Object.isFrozen(sheet)).toBe(true)
    expect(layout).toMatchObject({ format: 'i16', paramCount: 20 })
    expect({ codes, apply, learn, state, watchdogMs }).toEqual({
      codes: ['random', 'walsh'],
      apply: true,
      learn: false,
      state: false,
      watchdogMs: [50, 60000],
    })
  })

  it('survives being written by the other side', () => {
    const { sheet } = parseDescription(bytes(announced), 'simulator')
    const wide = dataSheet({ ...sheet, sense: { ...sheet.sense, min: 0, max: Number.POSITIVE_INFINITY, step: 0 } })
    const back = parseDescription(encodeDescription(wide, 'f64', { learn: true }, [10, 1000]), 'simulator')
    expect(back.sheet).toEqual({ ...wide, sense: { ...wide.sense, max: Number.MAX_VALUE } })
    expect(back).toMatchObject({ learn: true, apply: false, codes: [] })
  })

  it('carries local readings and loads, as wide as the parameters and the outputs', () => {
    const { sheet } = parseDescription(bytes(announced), 'simulator')
    const range = { unit: 'm', min: -0.25, max: 0.25, step: 2 ** -16 }
    const local = { ...range, width: 20, noise: 1e-5 }
    const adjoint = { ...range, unit: 'N', width: 4 }
    const text = encodeDescription(sheet, 'i16', { local, adjoint }, [10, 1000])
    const back = parseDescription(text, 'simulator')
    expect(back).toMatchObject({
      local: { reads: 'root', sense: local },
      adjoint,
      layout: { local: { step: 2 ** -16 }, load: { step: 2 ** -16 } },
    })
    expect(JSON.parse(new TextDecoder().decode(text)).facets).toEqual({
      local: { ...range, noise: 1e-5, reads: 'root' },
      adjoint: { ...range, unit: 'N' },
    })
    const plain = parseDescription(bytes(announced), 'simulator')
    expect([plain.local, plain.adjoint, plain.layout.local, plain.layout.load]).toEqual(Array(4).fill(undefined))
    const open = encodeDescription(sheet, 'f64', { local: { ...local, max: Number.POSITIVE_INFINITY } }, [1, 2])
    expect(parseDescription(open, 'simulator').local?.sense.max).toBe(Number.MAX_VALUE)
  })

  it('carries what is read of each layer', () => {
    const { sheet } = parseDescription(bytes(announced), 'simulator')
    const taps = [
      { ...tiny, width: 5, noise: 1e-5 },
      { ...tiny, unit: 'mV', width: 3, noise: 0 },
    ]
    const text = encodeDescription(sheet, 'i16', { taps }, [10, 1000])
    const layout = taps.map(({ width, step }) => ({ width, step }))
    expect(parseDescription(text, 'simulator')).toMatchObject({ taps, layout: { taps: layout } })
    expect(JSON.parse(new TextDecoder().decode(text)).facets).toEqual({ taps })
    const plain = parseDescription(bytes(announced), 'simulator')
    expect([plain.taps, plain.layout.taps]).toEqual([undefined, undefined])
  })

  it('of a board that says no more reads roots', () => {
    const old = { ...announced, facets: { local: { ...tiny, noise: 0 } } }
    expect(parseDescription(bytes(old), 'hardware').local?.reads).toBe('root')
  })

  it.each([undefined, { bracket: 0.5, gain: 300 }])('carries an echo, with the learning field %j', (learning) => {
    const { sheet } = parseDescription(bytes(announced), 'simulator')
    const injection = { ...tiny, width: 4 }
    const echo = { injection, maxFrames: 12, ...(learning && { learning }) }
    const local = { ...tiny, width: 20, noise: 0 }
    const text = encodeDescription(sheet, 'f64', { local, reads: 'action', echo }, [10, 1000])
    expect(parseDescription(text, 'simulator')).toMatchObject({ echo, local: { reads: 'action', sense: local } })
    expect(JSON.parse(new TextDecoder().decode(text)).facets.echo).toEqual({ ...echo, injection: tiny })
  })

  it('may carry the geometry of a lattice of 200 nodes', () => {
    const { sheet } = parseDescription(bytes(announced), 'simulator')
    const nodes = Array.from({ length: 200 }, (_, i) => [Math.sqrt(i) / 3, Math.cbrt(i) / 7])
    const bonds = Array.from({ length: 560 }, (_, i) => [i % 200, (7 * i) % 200])
    const given = encodeDescription(dataSheet({ ...sheet, settings: { nodes, bonds } }), 'f64', {}, [1, 2])
    expect(given.length).toBeGreaterThan(8192)
    expect(parseDescription(given, 'simulator').sheet.settings).toEqual({ nodes, bonds })
    const huge = dataSheet({ ...sheet, settings: { text: 'x'.repeat(66_000) } })
    expect(() => encodeDescription(huge, 'f64', {}, [1, 2])).toThrow(/at most 65535/)
  })

  it.each<[string, unknown, RegExp]>([
    [
      'local readings beyond 16 bits',
      { ...announced, facets: { local: { ...tiny, max: 1, noise: 0 } } },
      /local.*16 bits/,
    ],
    ['a load without a step', { ...announced, facets: { adjoint: { ...tiny, step: 0 } } }, /adjoint.*16 bits/],
    [
      'no count for a gap',
      { ...announced, facets: { local: { ...tiny, min: -32768 * tiny.step, noise: 0 } } },
      /local.*free/,
    ],
    ['no layer to read', { ...announced, facets: { taps: [] } }, /facets.taps/],
    [
      'a layer of nothing',
      { ...announced, facets: { taps: [{ ...tiny, width: 0, noise: 0 }] } },
      /facets.taps.0.width/,
    ],
    [
      'a layer beyond 16 bits',
      { ...announced, facets: { taps: [{ ...tiny, width: 2, max: 1, noise: 0 }] } },
      /taps\[0\].*16 bits/,
    ],
    [
      'a layer without a count for a gap',
      { ...announced, facets: { taps: [{ ...tiny, width: 2, min: -32768 * tiny.step, noise: 0 }] } },
      /taps\[0\].*free/,
    ],
    [
      'a layer upside down',
      { ...announced, facets: { taps: [{ ...tiny, width: 2, max: -1, noise: 0 }] } },
      /taps\[0\]/,
    ],
    [
      'layers packed',
      { ...announced, format: 'packed', facets: { taps: [{ ...tiny, width: 2, noise: 0 }] } },
      /facets.taps.*f64/,
    ],
    [
      'layers whose slot is beyond a frame',
      { ...announced, format: 'f64', facets: { taps: [{ ...tiny, width: 9000, noise: 0 }] } },
      /one slot/,
    ],
    ['a load upside down', { ...announced, facets: { adjoint: { ...tiny, max: -1 } } }, /adjoint/],
    ['local readings without noise', { ...announced, facets: { local: tiny } }, /facets.local.noise/],
    ['noise below zero', { ...announced, facets: { local: { ...tiny, noise: -1 } } }, /facets.local.noise/],
    [
      'an unknown kind of local reading',
      wave({}, { local: { ...tiny, noise: 0, reads: 'sum' } }),
      /facets.local.reads/,
    ],
    ['an echo in counts', { ...wave({}), format: 'i16' }, /facets.echo.*f64/],
    ['an echo without an injection', wave({ injection: undefined }), /facets.echo.injection/],
    ['an injection upside down', wave({ injection: { ...tiny, max: -1 } }), /echo.injection/],
    ['a passage of no frames', wave({ maxFrames: 0 }), /facets.echo.maxFrames/],
    ['half a frame', wave({ maxFrames: 1.5 }), /facets.echo.maxFrames/],
    ['passages beyond a frame', wave({ maxFrames: 2048 }), /facets.echo.maxFrames: 2048, .* at most 2046/],
    ['a bracket of 0', wave({ learning: { bracket: 0, gain: 1 } }), /facets.echo.learning.bracket/],
    ['a learning field without gain', wave({ learning: { bracket: 1 } }), /facets.echo.learning.gain/],
    [
      'readings of a slot beyond a frame',
      {
        ...announced,
        format: 'f64',
        banks: [{ ...announced.banks[0], width: 9000 }],
        facets: { local: { ...tiny, noise: 0 } },
      },
      /one slot/,
    ],
    ['no JSON', '{"insitu":1', /no JSON that/],
    ['broken text', '\ud800', /insitu|JSON|Invalid/],
    ['an array', [], /insitu|Invalid/],
    ['another version', { ...announced, insitu: 2 }, /insitu/],
    ['4e9 parameters', { ...announced, banks: [{ ...announced.banks[0], width: 4e9 }] }, /banks.0.width/],
    [
      '10000000 parameters in banks',
      { ...announced, banks: ['a', 'b'].map((name) => ({ ...announced.banks[0], name, width: 5_000_000 })) },
      /10000000 parameters/,
    ],
    ['4e9 slots', { ...announced, maxSlots: 4e9 }, /maxSlots/],
    ['half an output', { ...announced, sense: { ...announced.sense, width: 0.5 } }, /sense.width/],
    ['a range upside down', { ...announced, drive: { ...port, min: 3, max: -3 } }, /drive/],
    ['counts beyond 16 bits', { ...announced, drive: { ...port, max: 17 } }, /drive.*16 bits/],
    ['no step with counts', { ...announced, sense: { ...announced.sense, step: 0 } }, /sense.*16 bits/],
    ['a safe value outside', { ...announced, banks: [{ ...announced.banks[0], safe: 99 }] }, /safe/],
    ['two banks of one name', { ...announced, banks: [announced.banks[0], announced.banks[0]] }, /twice/],
    ['terminal codes in a name', { ...announced, identity: '\u001b[2Jboard' }, /identity/],
    ['an unknown code family', { ...announced, facets: { codes: ['chaos'] } }, /facets.codes.0/],
    ['a watchdog upside down', { ...announced, watchdogMs: [100, 10] }, /watchdogMs/],
    ['an endless number', JSON.stringify(announced).replace('0.0002', '1e999'), /slotSeconds/],
    ['deep nesting', `{"insitu":1,"settings":${'['.repeat(32000)}${']'.repeat(32000)}}`, /JSON|machine/],
  ])('with %s is refused, naming the place', (_, given, message) => {
    expect(() => parseDescription(bytes(given), 'hardware')).toThrow(message)
    try {
      parseDescription(bytes(given), 'hardware')
    } catch (error) {
      expect((error as InsituError).code).toBe('WRONG_FIRMWARE')
      expect((error as InsituError).hint).toBeTypeOf('string')
    }
  })

  it('cannot reach a prototype', () => {
    const text = JSON.stringify(announced).replace(
      '"layers"',
      '"__proto__":{"polluted":1},"deep":{"__proto__":{"polluted":1}},"layers"',
    )
    const { settings } = parseDescription(bytes(text), 'hardware').sheet
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(JSON.stringify(settings)).not.toContain('polluted')
    const copy = Object.assign({}, settings.deep)
    expect((copy as Record<string, unknown>).polluted).toBeUndefined()
  })
})
