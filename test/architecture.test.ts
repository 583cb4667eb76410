import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as checks from './architecture/checks.ts'
import { parse, readAll, resolved } from './architecture/source.ts'

const ROOT = new URL('..', import.meta.url).pathname

/** Where clocks and unseeded randomness may be read. */
const CLOCKS: checks.Exceptions = {
  'src/cli/': 'the command line tells people how long things took',
  'sim/bench/': 'boards run in real time, at the speed of their line',
  'drivers/link/clock.ts': 'deadlines of the link; everything else in drivers is handed this clock',
}

/** Where src may use node: modules. */
const NODE: checks.Exceptions = {
  'src/cli/': 'the command line reads files, starts boards and talks to the terminal',
  'src/kernels/build.ts': 'a tool that reads AssemblyScript and writes the compiled kernels',
  'src/report/wave/png.ts': 'zlib compresses the pixels of pictures: computation, no I/O',
  'src/run/': 'a run record is files: append, rename, flush to disk, read again',
}

/** Files that may import packages needed for development only. */
const TOOLS: checks.Exceptions = {
  'src/kernels/build.ts': 'compiles the kernels (npm run kernels); the library imports what it has written',
}

/** Files over 300 lines. */
const LONG: checks.Exceptions = {}

const LONGEST = 300
const MEDIAN = 100
const LAYERS = ['src', 'devices', 'sim', 'drivers']

const house = readAll(ROOT, LAYERS)
const tests = readAll(ROOT, ['test'])
const all = [...house, ...tests]
const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { dependencies: Record<string, string> }

describe('the house', () => {
  it('has files to look at', () => {
    for (const layer of LAYERS)
      expect(house.filter(({ path }) => path.startsWith(`${layer}/`)).length).toBeGreaterThan(2)
    expect(house.flatMap(({ imports }) => imports).length).toBeGreaterThan(house.length)
  })

  it('has arrows that point down only', () => expect(checks.wrongArrows(all)).toEqual([]))
  it('has no cycle', () => expect(checks.cycle(house)).toBeUndefined())
  it('uses the packages it ships with', () =>
    expect(checks.strayPackages(house, Object.keys(manifest.dependencies), TOOLS)).toEqual([]))
  it('draws random numbers from seeds and reads no clock', () => expect(checks.impure(house, CLOCKS)).toEqual([]))
  it('keeps src free of node: modules', () => expect(checks.nodeImports(house, NODE)).toEqual([]))
  it('loads mathjs and ml-matrix on first use only', () =>
    expect(checks.tooEager(house, ['mathjs', 'ml-matrix'])).toEqual([]))
  it('imports serialport in one file', () =>
    expect(checks.importersOf(house, 'serialport')).toEqual(['drivers/channel/serial.ts']))
  it('has no file too long without a reason', () => expect(checks.tooLong(house, LONGEST, LONG)).toEqual([]))
  it.each(LAYERS)('has small files in %s', (layer) =>
    expect(checks.medianLines(house.filter(({ path }) => path.startsWith(`${layer}/`)))).toBeLessThan(MEDIAN),
  )
  it('never tells the type checker to look away', () => expect(checks.escapes(all)).toEqual([]))
  it('leaves no test out in silence', () => expect(checks.silentSkips(tests)).toEqual([]))

  it('has no exception that nothing needs', () => {
    expect(checks.stale(house, CLOCKS, ({ ambient }) => ambient.length > 0)).toEqual([])
    expect(checks.stale(house, NODE, ({ imports }) => imports.some((t) => t.startsWith('node:')))).toEqual([])
    expect(checks.stale(house, LONG, ({ lines }) => lines > LONGEST)).toEqual([])
    const importers = Object.keys(TOOLS).flatMap((tool) =>
      house.filter(({ path, imports }) => imports.some((target) => resolved(path, target) === tool)),
    )
    expect(importers).toEqual([])
    for (const reason of Object.values({ ...CLOCKS, ...NODE, ...TOOLS, ...LONG })) expect(reason).not.toBe('')
  })
})

/** What the checks are worth: each must find what it is for. */
describe('the checks', () => {
  const at = (path: string, text: string) => parse(path, text)

  it.each([
    ['src/rules/a.ts', `import { x } from '../../devices/b.ts'`, 'devices/b.ts'],
    ['src/rules/a.ts', `import type { X } from '../../sim/b.ts'`, 'sim/b.ts'],
    ['src/rules/a.ts', `export * from '../../drivers/b.ts'`, 'drivers/b.ts'],
    ['src/rules/a.ts', `const x = await import('../cli/b.ts')`, 'src/cli/b.ts'],
    ['src/rules/a.ts', `type X = import('../../devices/b.ts').X`, 'devices/b.ts'],
    ['devices/a.ts', `import '../sim/b.ts'`, 'sim/b.ts'],
    ['sim/a.ts', `import '../drivers/b.ts'`, 'drivers/b.ts'],
    ['drivers/link/a.ts', `import b = require('../../sim/b.ts')`, 'sim/b.ts'],
    ['sim/a.ts', `import '../test/b.ts'`, 'test/b.ts'],
  ])('find the arrow %s: %s', (path, text, target) => {
    expect(checks.wrongArrows([at(path, text), at(target, '')])).toEqual([`${path} -> ${target}`])
  })

  it('find a computed import where nobody can see where it leads, and a file that is not there', () => {
    expect(checks.wrongArrows([at('src/a.ts', 'await import(name)')])).toEqual(['src/a.ts imports (computed) name'])
    expect(checks.wrongArrows([at('src/a.ts', `import './b.ts'`)])).toEqual([
      'src/a.ts -> src/b.ts, which is not there',
    ])
  })

  it('let the command line join everything', () => {
    const text = `import '../../sim/b.ts'; import '../../drivers/b.ts'; import '../../devices/b.ts'`
    const others = ['sim/b.ts', 'drivers/b.ts', 'devices/b.ts'].map((path) => at(path, ''))
    expect(checks.wrongArrows([at('src/cli/a.ts', text), ...others])).toEqual([])
  })

  it('find cycles, also through types', () => {
    const a = at('src/a.ts', `import type { B } from './b.ts'`)
    const b = at('src/b.ts', `export { c } from './c.ts'`)
    const c = at('src/c.ts', `import { a } from './a.ts'`)
    expect(checks.cycle([a, b, c])).toEqual(['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts'])
    expect(checks.cycle([a, b])).toBeUndefined()
  })

  it.each([
    ['const x = Math.random()', 'Math.random'],
    [`const x = Math['random']()`, 'Math[...]'],
    ['const now = () => Date.now()', 'Date'],
    ['const now = new Date()', 'Date'],
    ['const clock = { now: Date.now }', 'Date'],
    ['const t = performance.now()', 'performance'],
    ['const t = globalThis.performance.now()', 'performance'],
    ['const t = process.hrtime.bigint()', 'process.hrtime'],
    ['interface Clock { wall(): Date; performance: number }', undefined],
    ['const performance_ = 1; const x = { performance: 2 }', undefined],
    ['// Math.random() would do here', undefined],
  ])('read clocks and dice in %s', (text, name) => {
    const found = checks.impure([at('src/a.ts', text)], {})
    expect(found).toEqual(name === undefined ? [] : [`src/a.ts reads ${name}`])
    expect(checks.impure([at('src/cli/a.ts', text)], { 'src/cli/': 'x' })).toEqual([])
  })

  it('find packages, node: modules and importers', () => {
    const sources = [at('src/a.ts', `import 'serialport/x'; import '@a/b/c'; import 'node:fs'; import('rxjs')`)]
    expect(checks.strayPackages(sources, ['rxjs', 'serialport'], {})).toEqual(['src/a.ts imports @a/b/c'])
    expect(checks.nodeImports(sources, {})).toEqual(['src/a.ts imports node:fs'])
    expect(checks.importersOf(sources, 'serialport')).toEqual(['src/a.ts'])
  })

  it.each([
    [`import { unit } from 'mathjs'`, true],
    [`import 'mathjs'`, true],
    [`import math, { type Unit } from 'mathjs'`, true],
    [`export * from 'mathjs'`, true],
    [`import math from 'mathjs/lib/browser/math.js'`, true],
    [`import type { Unit } from 'mathjs'`, false],
    [`import { type Unit } from 'mathjs'`, false],
    [`type Unit = import('mathjs').Unit`, false],
    [`const load = () => import('mathjs')`, false],
  ])('know when %s loads the package', (text, loads) => {
    expect(checks.tooEager([at('src/a.ts', text)], ['mathjs'])).toEqual(
      loads ? [expect.stringMatching(/^src\/a.ts loads mathjs/)] : [],
    )
  })

  it('count lines', () => {
    const sources = [1, 5, 301].map((n) => at(`src/${n}.ts`, '\n'.repeat(n)))
    expect(checks.tooLong(sources, 300, {})).toEqual(['src/301.ts has 301 lines'])
    expect(checks.tooLong(sources, 300, { 'src/301.ts': 'a table' })).toEqual([])
    expect(checks.medianLines(sources)).toBe(5)
    expect(checks.stale(sources, { 'src/5.ts': 'was long once' }, ({ lines }) => lines > 300)).toEqual(['src/5.ts'])
  })

  it.each([
    [`it.skip('x', () => {})`, ['test/a.test.ts: it.skip']],
    [`describe.only('x', () => {})`, ['test/a.test.ts: describe.only']],
    [`test.todo('x')`, ['test/a.test.ts: test.todo']],
    [`describe.skipIf(no)('x', () => {})`, ['test/a.test.ts: describe.skipIf and nothing is printed']],
    [`if (no) console.warn('no compiler'); describe.skipIf(no)('x', () => {})`, []],
    [`it('x', (context) => context.skip())`, ['test/a.test.ts: context.skip() without a reason']],
    [`it('x', (context) => context.skip('no compiler'))`, []],
  ])('find silent skips in %s', (text, wanted) => {
    expect(checks.silentSkips([at('test/a.test.ts', text)])).toEqual(wanted)
  })

  it('find holes in the types', () => {
    const ignore = ['// @ts', 'ignore'].join('-')
    expect(checks.escapes([at('src/a.ts', `${ignore}\nconst x: any = 1`)])).toEqual([
      'src/a.ts: @ts-ignore',
      'src/a.ts: any',
    ])
  })
})
