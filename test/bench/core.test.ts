import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { corePeers } from './core.ts'
import { coreCase, corePath } from './core-case.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the peers of cores give what the kernels give', (context) => {
  const given = coreCase(2, 0.3, 20)
  const wanted = corePath(given, 'auto', 1).answer()
  // Every axon has one source: of 512 neurons 30 % spike in every tick, a tenth of them on lines.
  expect(wanted.subarray(-16).reduce((a, b) => a + b)).toBeGreaterThan(0.2 * 512 * 20 * 0.1)
  expect(corePath(given, 'oracle', 1).answer()).toEqual(wanted)
  for (const peer of corePeers(given, folder)) {
    const rates = peer(1e-9)
    if (typeof rates === 'string') return context.skip(rates)
    for (const { answer } of rates) expect(answer).toEqual(wanted)
  }
})
