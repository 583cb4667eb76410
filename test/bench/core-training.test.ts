import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { torchPeer, trainingCase } from './core-training.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('PyTorch trains the digits to the same probabilities', async (context) => {
  const { network, lesson, answer } = trainingCase()
  const rates = torchPeer(network, lesson, folder)(1e-9)
  if (typeof rates === 'string') return context.skip(rates)
  const [wanted] = rates.map((peer) => peer.answer)
  const given = await answer()
  expect(given.length).toBe(wanted.length)
  expect(Math.max(...given.map((p, n) => Math.abs(p - wanted[n])))).toBeLessThan(2e-3)
}, 120_000)
