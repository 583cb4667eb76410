import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type EvaluationEvent,
  eventsOf,
  newestCheckpoint,
  readBulk,
  readRun,
  type StepsEvent,
} from '../../src/run/index.ts'
import { insitu, lastJson, scratch } from './tools.ts'

const train = (...args: readonly string[]) => insitu('train', '--runs', scratch(), '--json', ...args)

describe('train on the simulated chip', () => {
  it('learns iris, says how well, and leaves a whole record and report', async () => {
    const { code, out, err } = await train('--device', 'sim:mgd-chip')
    expect(code).toBe(0)
    const result = lastJson(out)
    expect(Object.keys(result)).toEqual([
      'task',
      'device',
      'testAccuracy',
      'referenceAccuracy',
      'reads',
      'seconds',
      'run',
    ])
    // The bar for the default seed on real flowers; chance is 0.33.
    expect(result.testAccuracy).toBeGreaterThanOrEqual(0.93)
    expect(result.referenceAccuracy).toBeGreaterThanOrEqual(0.93)
    expect(err.split('\n')[0]).toBe('simulator: mgd-chip, 4-4-3 sigmoid, ideal, chip 42')
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    const run = readRun(String(result.run))
    expect(run.state).toBe('success')
    expect(run.stop?.metrics.testAccuracy).toBe(result.testAccuracy)
    const looks = eventsOf<EvaluationEvent>(run, 'evaluation')
    expect(looks.at(-1)).toMatchObject({ set: 'test', accuracy: result.testAccuracy })
    const steps = eventsOf<StepsEvent>(run, 'steps')
    expect(steps.reduce((sum, s) => sum + s.steps, 0)).toBe(steps.at(-1)?.step)
    expect(steps.at(-1)?.reads).toBeGreaterThan(49_000)
    const theta = readBulk(run.path, (looks.at(-1) as EvaluationEvent).theta)
    expect(newestCheckpoint(run.path)?.theta).toEqual(theta)
    expect(newestCheckpoint(run.path)?.device).toBeInstanceOf(Uint8Array)
    const html = readFileSync(join(run.path, 'report.html'), 'utf8')
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(3)
  })

  it('gives the same numbers every time, and others for another seed', async () => {
    const args = ['--device', 'sim:mgd-chip', '--reads', '5000']
    const [first, again, other] = await Promise.all([
      train(...args, '--seed', '3'),
      train(...args, '--seed', '3'),
      train(...args, '--seed', '4'),
    ])
    const thetaOf = (out: string) => newestCheckpoint(String(lastJson(out).run))?.theta
    expect(thetaOf(first.out)).toEqual(thetaOf(again.out))
    expect(thetaOf(first.out)).not.toEqual(thetaOf(other.out))
  })

  it('stops at its time limit, and learns with the rule on the chip', async () => {
    const [limited, onChip] = await Promise.all([
      train('--device', 'sim:mgd-chip', '--reads', '90000000', '--seconds', '0.3'),
      train('--device', 'sim:firmware', '--task', 'xor', '--on-chip'),
    ])
    expect(limited.code).toBe(0)
    expect(lastJson(limited.out).seconds).toBeLessThan(3)
    expect(lastJson(onChip.out)).toMatchObject({ task: 'xor', testAccuracy: 1 })
  })
})

describe('report', () => {
  it('is written anew from the record, also beside it', async () => {
    const { out } = await train('--device', 'sim:mgd-chip', '--task', 'xor', '--reads', '2000')
    const { run } = lastJson(out)
    const target = join(scratch(), 'xor.html')
    const { code } = await insitu('report', String(run), '--out', target)
    expect(code).toBe(0)
    expect(existsSync(target)).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe(readFileSync(join(String(run), 'report.html'), 'utf8'))
  })
})
