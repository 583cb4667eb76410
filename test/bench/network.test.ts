import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { differs } from './lattice-case.ts'
import { convolutionCase, productAlone, uNetStep } from './network-case.ts'
import { compiledC, ratesOf } from './peers.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Planes of whole vectors, so that peers need no gaps; not a whole number of tiles or strips.
const given = convolutionCase({ inputs: 8, outputs: 4, rows: 6, columns: 10 })
const wanted = given.contenders[1].answer()

test('the kernel gives the slopes of the plain loops', () => {
  expect(differs(given.contenders[0].answer(), wanted)).toBeLessThan(2e-5)
})

test('the peer in C gives them too', (context) => {
  const program = compiledC('network.c', folder)
  if (typeof program !== 'string') return context.skip(program.message)
  const file = join(folder, 'case')
  writeFileSync(file, given.numbers)
  const rates = ratesOf(program, [file, `${file}.answer`, '1e-9'], `${file}.answer`, 'network.c fails')
  if (typeof rates === 'string') throw new Error(rates)
  expect(rates.map(({ name }) => name)).toEqual(['convolution'])
  expect(differs(rates[0].answer, wanted)).toBeLessThan(2e-5)
})

test('a training step and a product count what they do', () => {
  expect(uNetStep('WebAssembly', 8).work()).toBe(1)
  expect(productAlone().work()).toBe(50 * 2 * 64 ** 3)
})
