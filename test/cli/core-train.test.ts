import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import { openMachine } from '../../src/cli/machines/open.ts'
import { parseMachine } from '../../src/cli/machines/spec.ts'
import { type TrainArguments, trainCommand } from '../../src/cli/train/train.ts'
import { type EvaluationEvent, eventsOf, readRun } from '../../src/run/index.ts'
import { quiet } from './quiet.ts'
import { scratch } from './tools.ts'

const args: TrainArguments = {
  task: 'digits',
  device: 'sim:neuromorphic-core',
  rule: undefined,
  calibrate: 'none',
  set: { ticks: '1' },
  seed: 42,
  reads: 50,
  seconds: Number.POSITIVE_INFINITY,
  runs: scratch(),
}

describe('digits on cores', () => {
  it('are trained as probabilities and answered by samples; energy is in the result, the record and the report', async () => {
    const console = quiet()
    const result = await trainCommand(args, console)
    expect(console.said[0]).toBe('simulator: neuromorphic-core, 2 cores 256-250, 64 lines to 10, held, ideal, core 42')
    // One update teaches nothing yet; one presentation of every row is looked at.
    expect(result.reads).toBe(1797)
    expect(result.testAccuracy).toBeGreaterThan(0)
    // At rest 2 cores x 55 uW x 2 ms; at most every synapse in both.
    expect(result.energyPerImage).toBeGreaterThan(2 * 55e-6 * 2e-3)
    expect(result.energyPerImage).toBeLessThan(2 * 55e-6 * 2e-3 + 22e-12 * 130_000)
    const run = readRun(result.run)
    const looks = eventsOf<EvaluationEvent>(run, 'evaluation')
    expect(looks.at(-1)).toMatchObject({ set: 'test', energyPerImage: result.energyPerImage })
    const html = readFileSync(join(run.path, 'report.html'), 'utf8')
    expect(html).toContain('an image, by the declared model')
    expect(html).toContain('wattsPerCore')
    expect(console.said.some((line) => line.includes('uJ an image by the declared model'))).toBe(true)
  })

  it('refuses tasks without a form for cores, rules on board and settings that are not there', async () => {
    const refused = (changes: Partial<TrainArguments>) => trainCommand({ ...args, ...changes }, quiet())
    await expect(refused({ task: 'iris' })).rejects.toMatchObject({
      code: 'CONFIG',
      hint: 'for example: insitu train --task digits --device sim:neuromorphic-core',
    })
    await expect(refused({ rule: 'mgd-on-chip' })).rejects.toMatchObject({ code: 'CAPABILITY' })
    await expect(refused({ set: { synapses: 'soft' } })).rejects.toThrow('synapses must be bits, held, fresh, got soft')
    await expect(refused({ set: { dead: '1' } })).rejects.toThrow('there is no setting "dead"')
    await expect(refused({ device: 'sim:neuromorphic-core:dirty' })).rejects.toThrow('preset must be one of ideal')
    const other = { layers: [2, 1], activation: 'sigmoid', seed: 1 } as const
    await expect(openMachine(parseMachine('sim:neuromorphic-core'), other)).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

describe('MGD on bits', () => {
  const context = { seed: 1, progress() {}, figure() {} }
  const run = async (name: string, ...words: readonly string[]) =>
    (await findExperiment(name).prepare(words, 'short')).run(context)

  it('by resampling follows the exact gradient; by flipping as far as the bits within reach', async () => {
    const { reads, flipping, resampling, rootOfShare } = (await run(
      'core-mgd-gradient',
      'seeds=2',
      'reads=6000',
      'ticks=1',
    )) as Readonly<{ reads: number[]; rootOfShare: number } & Record<'flipping' | 'resampling', { mean: number }[]>>
    expect(reads.at(-1)).toBe(6000)
    expect(resampling.at(-1)?.mean).toBeGreaterThan(0.75)
    expect(resampling.at(-1)?.mean).toBeGreaterThan(2 * (resampling[0].mean ?? 0))
    // The root of the share holds on average over draws; two of 256 synapses scatter by some hundredths.
    expect(rootOfShare).toBeCloseTo(Math.SQRT1_2, 12)
    expect(flipping.at(-1)?.mean).toBeLessThan(rootOfShare + 0.1)
  })

  it('trains the bits of one machine to XOR, by the rule object of the analog chip', async () => {
    const metrics = (await run('core-mgd-xor', 'ensemble=1')) as Readonly<
      Record<'accuracy' | 'before' | 'elsewhere', { readonly mean: number }>
    >
    expect(metrics.before.mean).toBeLessThan(0.8)
    expect(metrics.accuracy.mean).toBe(1)
  })
})
