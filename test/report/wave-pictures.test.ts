import { describe, expect, it } from 'vitest'
import { changeOf, partners } from '../../src/report/wave/trace.ts'
import { waysOf } from '../../src/report/wave/ways.ts'
import {
  phasePortrait,
  phasePortraitSvg,
  snapshots,
  snapshotsSvg,
  spaceTime,
  spaceTimeSvg,
  type WaveTrace,
  wavePicture,
} from '../../src/report/wave.ts'
import { crowded, texts, wave } from './waves.ts'

const chain = wave()
const plane = wave({ rows: 6, columns: 9, mirror: 4 })
const outOnly = ({ echo: _, ...rest }: WaveTrace): WaveTrace => rest
const images = (svg: string) => svg.match(/<image /g)?.length ?? 0
const largest = (values: Float64Array | undefined) => Math.max(...(values ?? []).map(Math.abs))

describe('what an error changes', () => {
  it('is nothing where there is none', () => {
    const still = wave({ error: 0 })
    expect(largest(changeOf(still, 'q'))).toBeLessThan(1e-12)
    expect(largest(changeOf(still, 'p'))).toBeLessThan(1e-12)
  })
  it('begins where it is injected, with its own sign once time is turned round, and spreads', () => {
    const change = changeOf(chain, 'p') ?? new Float64Array(0)
    expect(change[13]).toBeCloseTo(1e-3, 12)
    expect(change[0]).toBe(0)
    const last = change.subarray(change.length - 16)
    expect(Math.abs(last[9])).toBeGreaterThan(1e-6)
  })
  it('is not known where out and back were seen at other moments', () => {
    const late = { ...chain.echo, times: chain.echo.times.map((time) => time + 0.01) }
    expect(partners({ ...chain, echo: late })).toBeUndefined()
    const svg = spaceTimeSvg({ ...chain, echo: late })
    expect(texts(svg).join()).not.toContain('changed')
    expect(images(svg)).toBe(2)
    expect(crowded(svg)).toEqual([])
  })
})

describe('a picture over time and sites', () => {
  it('has the way out, the echo and what the error changed, the mirror and both scales', () => {
    const svg = spaceTimeSvg(chain, { title: 'A chain' })
    expect(images(svg)).toBe(3)
    const found = texts(svg)
    for (const words of [
      'A chain',
      'way out',
      'mirror at 6',
      'echo',
      'time',
      'site',
      'q',
      'driven',
      'error injected',
      '12',
    ])
      expect(found).toContain(words)
    expect(found).toContain('what the error changed: echo − way out run backwards')
    expect(found.some((words) => /^(≥ )?[\d.]+×10⁻⁴$/.test(words))).toBe(true)
  })
  it.each([
    ['a chain', chain, {}],
    ['a small one', wave({ columns: 5, mirror: 2 }), {}],
    ['a long one', wave({ columns: 90, mirror: 2 }), { title: 'Long' }],
    ['a narrow picture', chain, { width: 460 }],
    ['the way out alone', outOnly(chain), { width: 460 }],
    ['intensities', chain, { show: 'intensity' as const }],
    ['units', { ...chain, unit: 'mm', timeUnit: 'ms' }, { show: 'p' as const }],
  ])('%s has no words on one another', (_what, trace, options) => {
    const svg = spaceTimeSvg(trace, options)
    expect(crowded(svg)).toEqual([])
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })
  it('marks neighbours together where sites are low, each by itself where they are high', () => {
    const rings = (columns: number) =>
      spaceTimeSvg(outOnly({ ...wave({ columns, mirror: 1 }), driven: [1, 2, 4] })).match(/l-7.5 5v-10Z/g)
    expect(rings(8)).toHaveLength(3 + 1)
    expect(rings(60)).toHaveLength(2 + 1)
  })
  it('says 0 everywhere of a field at rest', () => {
    const rest = { times: Float64Array.of(0, 1), q: new Float64Array(6) }
    const svg = spaceTimeSvg({ name: 'rest', rows: 1, columns: 3, mirror: 1, forward: rest, echo: rest })
    expect(texts(svg).filter((words) => words === '0 everywhere')).toHaveLength(2)
  })
  it('lets no name become markup', () => {
    expect(spaceTimeSvg({ ...chain, name: '<b>"', unit: '<i>' })).not.toMatch(/<b>|<i>/)
  })
})

describe('snapshots', () => {
  it('put each moment of the echo below the one it repeats', () => {
    const svg = snapshotsSvg(plane, { frames: 5 })
    expect(images(svg)).toBe(15)
    expect(texts(svg).filter((words) => words.startsWith('t = '))).toEqual(
      [0, 1, 2, 3, 4, 8, 7, 6, 5, 4].map((time) => `t = ${time}`),
    )
    expect(texts(svg)).toContain('mirror')
  })
  it.each([
    ['a plane', plane, {}],
    ['a tall one', wave({ rows: 12, columns: 4, mirror: 2 }), { show: 'intensity' as const }],
    ['the way out alone', outOnly(plane), { frames: 3 }],
    ['two moments', plane, { frames: 2 }],
  ])('of %s have no words on one another', (_what, trace, options) => {
    const svg = snapshotsSvg(trace, options)
    expect(crowded(svg)).toEqual([])
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('phase portraits', () => {
  it('draw a small change larger by a factor that is written down', () => {
    const svg = phasePortraitSvg(chain, [9, 13])
    const factors = waysOf(chain, [9, 13], undefined).map(({ factor }) => factor)
    expect(factors[0]).toBeGreaterThan(1)
    expect(texts(svg)).toContain(`change × ${factors[0]}`)
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['site 9', 'site 13, gets an error', 'start', 'mirror and error', 'return']),
    )
    expect(texts(phasePortraitSvg(chain, [13], { magnification: 1 })).join()).not.toContain('change')
  })
  it('magnify what the error changed and nothing else', () => {
    const [one, ten] = [1, 10].map((factor) => waysOf(chain, [13], factor)[0])
    const last = one.out.p.length - 1
    const jump = ({ out, back }: typeof one) => (back?.p[0] ?? 0) - out.p[last]
    expect(jump(one)).toBeCloseTo(1e-3, 12)
    expect(jump(ten)).toBeCloseTo(1e-2, 12)
  })
  it('do not magnify round-off', () => {
    expect(waysOf(wave({ error: 0 }), [2, 5], undefined).map(({ factor }) => factor)).toEqual([1, 1])
  })
  it.each([
    ['one', [3], 460],
    ['many', [0, 3, 6, 9, 13, 14], 960],
  ])('%s have no words on one another', (_what, modes, width) =>
    expect(crowded(phasePortraitSvg(chain, modes, { width, title: 'Portraits' }))).toEqual([]),
  )
  it('do with the way out alone', () => {
    const found = texts(phasePortraitSvg(outOnly(chain), [1]))
    expect(found).toContain('way out')
    expect(found.join()).not.toMatch(/echo|return|mirror|error/)
  })
  it.each([
    [[], 'got none'],
    [[16], 'numbers from 0 to 15, got 16'],
  ])('refuse modes %j', (modes, message) => expect(() => phasePortraitSvg(chain, modes)).toThrow(message))
})

describe('figures of a report', () => {
  it.each([
    ['over time and sites', spaceTime(chain, { note: 'A note.' })],
    ['snapshots', snapshots(plane, { note: 'A note.', frames: 3 })],
    ['phase portraits', phasePortrait(chain, [1, 2, 3], { note: 'A note.' })],
  ])('%s take its colours and the whole width', (_what, picture) => {
    expect(picture).toMatchObject({ wide: true, note: 'A note.' })
    expect(picture.svg).toContain('var(--ink)')
    expect(picture.svg).not.toContain('<rect width="100%"')
  })
  it('fit how the modes lie', () => {
    expect(wavePicture(chain)).toEqual(spaceTime(chain))
    expect(wavePicture(plane)).toEqual(snapshots(plane))
    expect(wavePicture(wave({ rows: 5, columns: 1, mirror: 1 })).svg).toContain('>site<')
  })
  it.each(['light', 'dark'] as const)('stand alone in a %s file', (theme) => {
    for (const svg of [
      spaceTimeSvg(chain, { theme }),
      snapshotsSvg(plane, { theme }),
      phasePortraitSvg(chain, [1], { theme }),
    ]) {
      expect(svg).not.toMatch(/var\(|light-dark|style=|class=/)
      expect(svg).toContain('<rect width="100%" height="100%"')
    }
  })
})

describe('a trace', () => {
  const { forward } = chain
  const none = new Float64Array(0)
  const short = { ...forward, p: none }
  it.each([
    ['positions for other columns', { columns: 15 }, 'forward.q must be 2265 numbers, 15 per moment, got 2416'],
    ['no row', { rows: 0 }, 'rows and columns must be whole numbers from 1, got 0 and 16'],
    ['no time', { mirror: 0 }, 'mirror must be a time above 0, got 0'],
    ['a mode too many', { injected: [16] }, 'a mode must be a number from 0 to 15, got 16'],
    ['too few momenta', { echo: short }, 'echo.p must be 2416 numbers, 16 per moment, got 0'],
    ['no moment', { forward: { times: none, q: none } }, 'forward.times must be one moment or more, got none'],
  ])('with %s is refused', (_what, change, message) =>
    expect(() => spaceTimeSvg({ ...chain, ...change })).toThrow(message),
  )
  it('without momenta shows positions only', () => {
    const { p: _, ...bare } = forward
    expect(images(spaceTimeSvg({ ...outOnly(chain), forward: bare }))).toBe(1)
    expect(() => spaceTimeSvg({ ...outOnly(chain), forward: bare }, { show: 'intensity' })).toThrow(
      'intensity needs momenta, the trace has none',
    )
  })
})
