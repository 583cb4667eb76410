import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import { defaultsOf } from '../../src/cli/experiments/settings.ts'
import { slopeOf } from '../../src/cli/experiments/statistics.ts'
import {
  CAVITY_SETTINGS,
  look,
  openCavities,
  trainCavities,
  xorTable,
} from '../../src/cli/experiments/wave/cavity-xor.ts'
import { limitOf, SWEEPS, sizesOf } from '../../src/cli/experiments/wave/faults.ts'
import { drawProblem, PROBLEM_SETTINGS } from '../../src/cli/experiments/wave/problem.ts'
import { limitWords, sweepFault } from '../../src/cli/experiments/wave/robust-gradient.ts'
import { noisyInputs, withDisorder } from '../../src/cli/experiments/wave/robust-training.ts'
import type { Figure } from '../../src/report/experiment.ts'

const values = { ...defaultsOf(PROBLEM_SETTINGS), sites: 8, time: 4, dt: 0.1 }
const problems = [1, 2, 3].map((seed) => drawProblem(values, seed))
const named = (name: string) => SWEEPS.find((sweep) => sweep.name === name) as (typeof SWEEPS)[number]

/** Median errors of a fault at chosen sizes. */
async function errorsAt(name: string, decades: readonly [number, number], eps = 1e-2, of = problems) {
  const { errors, oneSided, sizes } = await sweepFault({ ...named(name), decades }, of, { eps, perDecade: 1 })
  const medians = (list: typeof errors) => list.map(({ median }) => median)
  return { sizes, two: medians(errors), one: medians(oneSided) }
}

describe('sizes and limits', () => {
  it('are spread evenly over decades', () => {
    expect(sizesOf({ ...named('loss'), decades: [-3, -1] }, 2)).toEqual([0.001, 0.00316, 0.01, 0.0316, 0.1])
    expect(sizesOf({ ...named('loss'), decades: [-1, 0.5] }, 2)).toEqual([0.1, 0.316, 1, 3.16])
  })

  it('say where errors reach 10 %', () => {
    expect(limitOf([1, 10, 100], [1e-3, 1e-2, 1])).toBeCloseTo(10 * Math.sqrt(10), 1)
    expect(limitOf([1, 10], [0.2, 1])).toBe(1)
    expect(limitOf([1, 10], [0.01, 0.02])).toBeNull()
    expect(limitOf([1, 10], [0.01, Number.NaN])).toBe(1)
    const swept = { sizes: [1, 10], errors: [], cosines: [], oneSided: [], oneSidedLimit: null }
    expect(limitWords({ ...swept, limit: null })).toBe('below 10 % up to 10')
    expect(limitWords({ ...swept, limit: 1 })).toBe('above 10 % from 1 on')
    expect(limitWords({ ...swept, limit: 4 })).toBe('10 % at 4')
  })
})

describe('the gradient of an echo', () => {
  it('is off in proportion to loss x time, and one echo by far more', async () => {
    const { sizes, two, one } = await errorsAt('loss', [-4, -2])
    expect(slopeOf(sizes, two)).toBeGreaterThan(0.9)
    expect(slopeOf(sizes, two)).toBeLessThan(1.1)
    expect(one[2] / two[2]).toBeGreaterThan(100)
  })

  it('does not mind disorder', async () => {
    const { two } = await errorsAt('disorder', [-2, -1])
    for (const error of two) expect(error).toBeLessThan(1e-5)
  })

  it.each(['mirrorAmplitude', 'mirrorPhase'])('errs with %s whatever eps, if the mirror is the same', async (name) => {
    const [{ sizes, two }, small] = [await errorsAt(name, [-4, -2]), await errorsAt(name, [-4, -2], 1e-3)]
    expect(slopeOf(sizes, two)).toBeCloseTo(1, 1)
    expect(small.two[1] / two[1]).toBeCloseTo(1, 1)
  })

  it.each(['mirrorJitter', 'timingJitter', 'localNoise'])('is off by %s over eps', async (name) => {
    const [{ two }, small] = [await errorsAt(name, [-6, -5]), await errorsAt(name, [-6, -5], 1e-3)]
    expect(small.two[1] / two[1]).toBeGreaterThan(9)
    expect(small.two[1] / two[1]).toBeLessThan(11)
  })

  it('is off by half the square of what saturates, and by what a step rounds', async () => {
    const limit = await errorsAt('injectionLimit', [-1, 0])
    expect(limit.two[0]).toBeGreaterThan(0.002)
    expect(limit.two[0]).toBeLessThan(0.006)
    const step = await errorsAt('injectionStep', [-2, 0])
    expect(step.two[0]).toBeGreaterThan(1e-4)
    expect(step.two[0]).toBeLessThan(0.01)
  })

  it('is lost where a fault drives the wave out of the numbers', async () => {
    const soft = { ...values, field: 'fput', time: 40 } as const
    const { two, one } = await errorsAt('disorder', [0, 1], 1e-2, [drawProblem(soft, 1)])
    expect(two[1]).toBe(Number.POSITIVE_INFINITY)
    expect(one[1]).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('trained cavities', () => {
  const settings = { ...defaultsOf(CAVITY_SETTINGS), iterations: 10 }

  it('answer noisy inputs around what they answer clean ones', async () => {
    const { theta, device, options } = openCavities(settings, 2)
    await device.store(theta)
    const amplitude = 0.75 * settings.amplitude
    const clean = await look(device, xorTable(amplitude, settings.read), amplitude)
    const found = await noisyInputs(settings, 0.75, 2, theta, 4)
    expect(options.inputs).toEqual(['0.q', '1.q'])
    const right = clean.outputs.map(([re]) => re)
    expect(found[0].noise).toBe(0.003)
    expect(Math.abs(found[0].answers.highest - Math.max(...right))).toBeLessThan(0.3)
    expect(Math.abs(found[0].answers.lowest - Math.min(...right))).toBeLessThan(0.3)
    expect(found[0].misread).toBeCloseTo(right.filter((one) => one < 0).length / 4, 0)
    const width = ({ lowest, highest }: { lowest: number; highest: number }) => highest - lowest
    expect(width(found[found.length - 1].answers)).toBeGreaterThan(width(found[0].answers))
  })

  it('are compared with copies: the same without disorder, others with it', async () => {
    const run = await trainCavities(settings, 0.75, 1)
    const found = await withDisorder(settings, 0.75, 1, run)
    expect(found[0]).toEqual({ disorder: 0, taught: run.worst, copied: run.worst })
    expect(found[4].copied).not.toBeCloseTo(run.worst, 2)
    expect(found[4].taught).not.toBe(found[4].copied)
  })
})

describe('echo-robustness', () => {
  it('says where each fault reaches 10 %', async () => {
    const figures: Figure[] = []
    const lines: string[] = []
    const words = ['what=gradient', 'sites=6', 'time=2']
    const { run } = await findExperiment('echo-robustness').prepare(words, 'short')
    const found = (await run({
      seed: 1,
      progress: (line) => lines.push(line),
      figure: (figure) => figures.push(figure),
    })) as Record<'tenPercentAt' | 'oneSidedTenPercentAt', Record<string, number | null>>
    expect(figures.map(({ title }) => title)).toEqual(SWEEPS.map(({ title }) => title))
    expect(Object.keys(found.tenPercentAt)).toEqual(SWEEPS.map(({ name }) => name))
    expect(found.tenPercentAt.disorder).toBeNull()
    const { loss } = found.tenPercentAt as { loss: number }
    expect(loss).toBeGreaterThan(0.02)
    expect(loss).toBeLessThan(1)
    expect(found.oneSidedTenPercentAt.loss as number).toBeLessThan(loss / 100)
    expect(lines).toHaveLength(SWEEPS.length)
    expect(found).not.toHaveProperty('inputNoise')
  })

  it('says what noise and disorder do to cavities', async () => {
    const figures: Figure[] = []
    const { run } = await findExperiment('echo-robustness').prepare(['what=training', 'iterations=4'], 'short')
    const found = (await run({ seed: 1, progress() {}, figure: (figure) => figures.push(figure) })) as {
      disorder: { learned: readonly number[] }
    }
    // Nothing is learned in four steps, so there is nothing to misread.
    expect(figures.map(({ title }) => title)).toEqual(['Disorder of cavities that learn XOR'])
    expect(found.disorder.learned).toEqual([0, 0, 0, 0, 0])
    expect(found).toMatchObject({ arrays: 1, learned: 0, misreadsBegin: null, medianMisreadsBegin: null })
  })
})
