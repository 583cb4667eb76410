import { describe, expect, it } from 'vitest'
import { InsituError } from '../../src/errors.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { compileExpression } from '../../src/units/index.ts'
import { math } from '../../src/units/math.ts'

const { evaluate } = await math()

/** One ulp of difference per function: mathjs calls the same Math functions but for powers of whole numbers. */
const RELATIVE = 1e-14

async function agrees(text: string, points: readonly number[][]): Promise<void> {
  const compiled = await compileExpression(text, ['x', 'y'])
  for (const [x, y] of points) {
    const wanted = evaluate(text, { x, y }) as unknown
    // Where mathjs leaves the real numbers, the plain function has no number.
    if (typeof wanted !== 'number') expect(compiled(x, y), `${text} at ${x}, ${y}`).toBeNaN()
    else if (!Number.isFinite(wanted)) expect(compiled(x, y), `${text} at ${x}, ${y}`).toBe(wanted)
    else expect(Math.abs(compiled(x, y) - wanted)).toBeLessThanOrEqual(RELATIVE * Math.max(1, Math.abs(wanted)))
  }
}

const source = draws(3, STREAM.testInputs)
const POINTS = Array.from({ length: 20 }, (_, n) => [4 * source.uniform(2 * n) - 2, 4 * source.uniform(2 * n + 1) - 2])

/** A random formula of the allowed grammar; `next` draws a whole number below its argument. */
function formula(depth: number, next: (n: number) => number): string {
  const part = () => formula(depth - 1, next)
  if (depth === 0) return ['x', 'y', 'pi', '2', '0.75', '1.5e-1', 'e'][next(7)]
  switch (next(7)) {
    case 0:
      return `${part()} + ${part()}`
    case 1:
      return `${part()} - (${part()})`
    case 2:
      return `(${part()}) * ${part()}`
    case 3:
      return `-(${part()})`
    case 4:
      return `${['tanh', 'sin', 'abs', 'atan', 'cos'][next(5)]}(${part()})`
    case 5:
      return `(${part()} < ${part()} ? ${part()} : ${part()})`
    default:
      return `max(${part()}, ${part()}, 0.1)`
  }
}

describe('compileExpression', () => {
  it.each([
    '0.8 * tanh(3 x) + 0.1',
    '-x^2',
    '2^-x',
    'x^3^0.5',
    '2x y',
    'x / 2 y',
    'x < 0 ? 0 : x',
    '(x >= y) ? x : (x > 0 ? 1 : -1)',
    '1 / (1 + exp(-x))',
    'atan2(y, x) + pow(2, x) + min(x, y, 0.5) + max(x)',
    'sqrt(abs(x)) + log(abs(y)) - log10(2) + sign(x)',
    'tau * sin(pi x) + e',
    'x - -y - +y',
    '1 - x - y',
    '8 / 4 / 2',
    '.5e-3 x',
  ])('computes what mathjs computes: %s', async (text) => agrees(text, POINTS))

  it('computes what mathjs computes for 150 random formulas', async () => {
    let index = 1000
    const next = (n: number) => Math.floor(source.uniform(index++) * n)
    for (let n = 0; n < 150; n++) await agrees(formula(1 + next(4), next), POINTS.slice(0, 5))
  })

  it('names its variables as told, in their order', async () => {
    expect((await compileExpression('v / i', ['i', 'v']))(2, 10)).toBe(5)
  })

  it('gives a function as fast as a written one', async () => {
    const compiled = await compileExpression('0.8 * tanh(3 x) + 0.1', ['x'])
    // What this guards against is an interpreter behind the function: 65 times slower by measurement.
    expect(String(compiled)).toMatch(/^\(v0\) => [()\d.v*+ ]*f\.tanh[()\d.v*+ ]*$/)
  })

  it.each([
    ['x +', /Unexpected end of expression \(char 4\)/],
    ['x + (2', /\(char 7\)/],
    ['2 * z', /"z" is neither x, y nor a known constant \(char 5\)/],
    ['foo(x)', /"foo" is not a known function \(char 1\)/],
    ['sin(x, y)', /sin takes 1, got 2/],
    ['atan2(x)', /atan2 takes 2, got 1/],
    ['min()', /one or more arguments, got 0/],
    ['x!', /operator "!" is not allowed \(char 2\)/],
    ['x % 2', /operator "%" is not allowed/],
    ['x < 1', /may only stand before "\?"/],
    ['x ? 1 : 2', /one comparison/],
    ['x == 1 ? 1 : 2', /one comparison/],
    ['', /nothing to compute/],
    ['   ', /nothing to compute/],
  ])('refuses %j with the place or the name', async (text, message) => {
    const failed = compileExpression(text, ['x', 'y'])
    await expect(failed).rejects.toMatchObject({ code: 'EXPRESSION', hint: expect.stringContaining('tanh') })
    await expect(failed).rejects.toThrow(message)
  })

  it.each([
    'constructor',
    'x.constructor',
    'x.constructor("return process")()',
    'cos.constructor("return globalThis")()',
    'constructor(x)',
    '__proto__',
    'toString()',
    'hasOwnProperty(x)',
    'import("fs")',
    'import({sin: 1})',
    'createUnit("foo")',
    'evaluate("1")',
    'parse("x")',
    'x = 3',
    'f(x) = x',
    'x; y',
    'x\ny',
    '"text"',
    "'text'",
    '[1, 2]',
    '[x][1]',
    '{a: 1}',
    '{a: 1}.a',
    'x["constructor"]',
    'v0',
    'f.pow(x, 2)',
    'f',
    'process',
    'globalThis',
    'this',
    'true',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'i',
    '3 V',
    '5 to 3',
    '1:3',
    'end',
    "x'",
    'x .* y',
    '1e999',
    '`x`',
    'x => x',
    '/* */ x ; 1',
    '('.repeat(399),
    `${'('.repeat(190)}x${')'.repeat(190)}`.repeat(2),
    'sin('.repeat(100),
    'x+'.repeat(1000),
    'x'.repeat(401),
  ])('refuses hostile text %j', async (text) => {
    await expect(compileExpression(text, ['x', 'y'])).rejects.toBeInstanceOf(InsituError)
  })

  it('reads deep but honest text within its length', async () => {
    const deep = `${'('.repeat(150)}x${')'.repeat(150)}`
    expect((await compileExpression(deep, ['x']))(3)).toBe(3)
  })

  it('refuses variables that are code, functions or constants', async () => {
    for (const name of ['a, b', 'x) => 1; (', '', '1x', 'sin', 'pi', '__proto__ ', 'a-b']) {
      await expect(compileExpression('1', [name]), name).rejects.toMatchObject({ code: 'EXPRESSION' })
    }
  })
})
