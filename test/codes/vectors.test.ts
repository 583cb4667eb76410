import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createCode } from '../../src/codes/code.ts'
import { SINE_FULL_SCALE, sineTable } from '../../src/codes/sinusoid.ts'
import type { Family } from '../../src/contract/block.ts'
import { permutation } from '../../src/random/permutation.ts'
import type { Stream } from '../../src/random/streams.ts'
import { threefry2x32 } from '../../src/random/threefry.ts'

interface Vectors {
  readonly threefry: readonly { key: [number, number]; counter: [number, number]; words: number[] }[]
  readonly permutations: readonly { seed: number; stream: Stream; n: number; order: number[] }[]
  readonly sine: readonly number[]
  readonly codes: readonly { family: Family; seed: number; paramCount: number; k: number; values: number[] }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../fixtures/codes/vectors.json', import.meta.url), 'utf8'))

test('generator words', () => {
  const out = new Uint32Array(2)
  for (const { key, counter, words } of vectors.threefry) {
    threefry2x32(...key, ...counter, out)
    expect([...out]).toEqual(words)
  }
})

test('permutations', () => {
  for (const { seed, stream, n, order } of vectors.permutations) {
    const at = permutation(seed, stream, n)
    expect(order.map((_, i) => at(i))).toEqual(order)
  }
})

test('sine table', () => expect([...sineTable()]).toEqual(vectors.sine))

test.each(['random', 'walsh', 'sequential', 'sinusoid'] as const)('%s rows', (family) => {
  const cases = vectors.codes.filter((v) => v.family === family)
  expect(cases.length).toBe(60)
  for (const { seed, paramCount, k, values } of cases) {
    const row = new Float64Array(paramCount + 1).fill(9)
    createCode(family, seed, paramCount).fill(k, row)
    const scale = family === 'sinusoid' ? SINE_FULL_SCALE : 1
    expect([...row], `P ${paramCount} seed ${seed} k ${k}`).toEqual([...values.map((v) => v / scale), 9])
  }
})
