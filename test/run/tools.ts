import { mkdtempSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataSheet } from '../../src/contract/sheet.ts'
import type { RunClock, RunPlan } from '../../src/run/index.ts'

/** A fresh folder of its own. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'insitu-run-'))
}

/** A clock that moves by `step` seconds at every look. */
export function steppedClock(step: number): RunClock {
  let now = 0
  return {
    monotonic() {
      now += step
      return now
    },
    wall: () => new Date(Date.UTC(2026, 0, 31, 12, 0, 0) + Math.round(now * 1000)),
  }
}

const port = { unit: 'V', min: -1, max: 1, step: 0 }

export const sheet = dataSheet({
  machine: 'mgd-chip',
  kind: 'simulator',
  identity: 'test',
  banks: [{ ...port, name: 'w', width: 2, safe: 0, slew: Number.POSITIVE_INFINITY }],
  drive: { ...port, width: 1 },
  sense: { ...port, width: 1, noise: 0 },
  maxSlots: 16,
  slotSeconds: 1e-3,
  repeatable: true,
  settings: { layers: [1, 1] },
})

export const plan: RunPlan = {
  command: 'train',
  arguments: { task: 'xor' },
  seeds: { run: 1 },
  settings: { layers: [1, 1] },
  sheet,
  device: 'sim:mgd-chip',
  provenance: { versions: { insitu: '0.1.0' }, git: null, pid: process.pid, host: hostname() },
}
