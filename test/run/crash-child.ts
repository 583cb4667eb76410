/** Writes events for ever, each with a bulk block, until it is killed. */
import { performance } from 'node:perf_hooks'
import { createRun } from '../../src/run/index.ts'
import { plan } from './tools.ts'

const clock = { monotonic: () => performance.now() / 1000, wall: () => new Date() }
const provenance = { ...plan.provenance, pid: process.pid }
const run = createRun(process.argv[2], 'crash', { ...plan, provenance }, clock)
process.stdout.write(`${run.path}\n`)
for (let step = 1; ; step++) {
  run.append('evaluation', { step, theta: run.bulk('theta', Float64Array.of(step, -step)) })
  if (step % 100 === 0) {
    run.checkpoint({ step, theta: Float64Array.of(step, -step), optimizer: null, rule: null, lessons: null })
  }
}
