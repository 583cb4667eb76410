import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { chipBody } from '../../sim/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
const binary = join(folder, 'chip')
const source = fileURLToPath(new URL('./native/chip.c', import.meta.url))
const compiled = spawnSync('cc', ['-O3', '-o', binary, source, '-lm']).status === 0
if (!compiled) console.log('skipped: no C compiler, so the bench has no peer in C to compare answers with')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SLOTS = 256
/** The program does at least this many blocks, however short its time. */
const BLOCKS = 64

/** Sum of the last reading of every block, as chip.c prints it. */
function answer(layers: readonly number[]): number {
  const body = chipBody({ layers })
  const [inputs, outputs] = [layers[0], layers[layers.length - 1]]
  body.store(body.theta.map((_, i) => ((i * 7) % 11) / 11 - 0.5))
  const data = Float64Array.from({ length: SLOTS * inputs }, (_, i) => ((i * 5) % 3 === 0 ? 1 : 0))
  const into = new Float64Array(SLOTS * outputs)
  const amplitudes = body.sheet.banks.map(() => 0.01)
  const code = { kind: 'code', family: 'random', seed: 1, amplitudes, hold: 1, pairing: 'single' } as const
  let sum = 0
  for (let n = 0; n < BLOCKS; n++) {
    const delta = { ...code, first: n * SLOTS }
    body.run({ slots: SLOTS, drive: { kind: 'track', data, hold: 1 }, delta }, into)
    sum += into[SLOTS - 1]
  }
  return sum
}

test.skipIf(!compiled).each([
  [
    [2, 2, 1],
    ['generic', 'written-out'],
  ],
  [[4, 5, 3], ['generic']],
  [[49, 4, 4], ['generic']],
] as const)('the peer in C gives the readings of the simulated chip, %j', (layers, forms) => {
  const printed = execFileSync(binary, [`${SLOTS}`, '1e-9', ...layers.map(String)], { encoding: 'utf8' })
  const sums = new Map(
    printed
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0], Number(line.split(' ')[2])]),
  )
  expect([...sums.keys()]).toEqual([...forms])
  // 64 readings below 1, each off by a few units in the last place where the two exponentials differ.
  for (const sum of sums.values()) expect(Math.abs(sum - answer(layers))).toBeLessThan(1e-12)
})
