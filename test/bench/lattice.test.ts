import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { differs, trainingCase, trainingStep } from './lattice-case.ts'
import { compiled, peer, writeCase } from './lattice-peers.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const given = trainingCase(9, 8)

test.for([
  ['C -O3', ['C -O3']],
  ['scipy', ['scipy splu', 'LAPACK banded']],
] as const)('the peer in %s gives the products of the solver', ([what, names], context) => {
  const program = what === 'scipy' ? 'python3' : compiled(folder)
  const result = peer(what, program, writeCase(folder, given), 1e-9)
  if (typeof result === 'string') return context.skip(result)
  expect(result.map(({ name }) => name)).toEqual(names)
  const wanted = trainingStep('solver', given, 1).products()
  for (const { products } of result) expect(differs(products, wanted)).toBeLessThan(1e-9)
})

test('a batch of rows counts every row', () => {
  const [one, many] = [trainingStep('one', given, 1), trainingStep('many', given, 16)]
  expect(differs(many.products(), one.products())).toBe(0)
  expect(one.work()).toBeGreaterThan(0)
  expect(many.work()).toBeGreaterThan(0)
})
