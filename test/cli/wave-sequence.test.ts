import { describe, expect, it } from 'vitest'
import { traceSequence } from '../../sim/index.ts'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import { defaultsOf } from '../../src/cli/experiments/settings.ts'
import { energies, energyCrossEntropy } from '../../src/cli/experiments/wave/energy-cost.ts'
import { bytesHeld } from '../../src/cli/experiments/wave/memory.ts'
import { withFirst } from '../../src/cli/experiments/wave/sequence-costs.ts'
import { learnSequences } from '../../src/cli/experiments/wave/sequence-learning.ts'
import {
  askedFrames,
  drawSequences,
  sequenceChain,
  TASK_SETTINGS,
  type TaskValues,
} from '../../src/cli/experiments/wave/sequence-task.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import type { Figure } from '../../src/report/experiment.ts'
import { changeOf } from '../../src/report/wave/trace.ts'
import { recurrentEcho } from '../../src/rules/recurrent-echo.ts'

const values: TaskValues = { ...defaultsOf(TASK_SETTINGS), frames: 30 }

describe('the sequences', () => {
  it('begin with the tone of their class and go on with distraction alone', () => {
    const quiet = { ...values, noise: 0 }
    const { drive, labels } = drawSequences(quiet, 1, 0, 6)
    expect(labels).toEqual([0, 1, 2, 0, 1, 2])
    const row = (n: number, t: number) =>
      drive.subarray((n * quiet.frames + t) * quiet.sites, (n * quiet.frames + t + 1) * quiet.sites)
    for (let n = 0; n < 6; n++) {
      for (let t = 0; t < quiet.frames; t++) {
        // Every site is struck alike.
        expect(new Set(row(n, t)).size).toBe(1)
        if (t >= quiet.cue) expect(row(n, t)[0]).toBe(0)
      }
      // A tone x obeys x(t + 1) + x(t - 1) = 2 cos(w) x(t).
      const tone = [0.7, 1.15, 1.6][labels[n]]
      expect(row(n, 2)[0] + row(n, 0)[0]).toBeCloseTo(2 * Math.cos(tone) * row(n, 1)[0], 12)
    }
    // Phases differ, noise is what is asked for, and a sequence is the same whatever it is drawn with.
    expect(row(0, 0)[0]).not.toBeCloseTo(row(3, 0)[0], 3)
    const noisy = drawSequences(values, 1, 0, 6)
    const noise = noisy.drive.map((value, i) => value - drive[i]).filter((_, i) => i % values.sites === 0)
    const size = Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length)
    expect(size / values.noise).toBeGreaterThan(0.8)
    expect(size / values.noise).toBeLessThan(1.2)
    const later = drawSequences(values, 1, 3, 3)
    expect(later.drive).toEqual(noisy.drive.subarray(3 * values.frames * values.sites))
  })

  it('ask at the end, or at every frame after the tone', () => {
    expect(askedFrames(values)).toEqual([29])
    expect(askedFrames({ ...values, loss: 'all' })).toEqual(Array.from({ length: 18 }, (_, n) => 12 + n))
    const { target } = drawSequences({ ...values, loss: 'all' }, 1, 0, 2)
    expect(target.subarray(11 * 6, 13 * 6)).toEqual(Float64Array.of(...new Array(6).fill(Number.NaN), 1, 1, 0, 0, 0, 0))
    expect(target.subarray(59 * 6)).toEqual(Float64Array.of(0, 0, 1, 1, 0, 0))
  })
})

describe('the cost', () => {
  it('is the cross-entropy of energies, with its slopes', () => {
    const cost = energyCrossEntropy(2, 0.5)
    const sense = Float64Array.of(0.3, -0.4, 1, 0.2)
    const targets = { data: Float64Array.of(1, 1, 0, 0), rows: 1, hold: 1 }
    const value = (x: Float64Array) => {
      const into = new Float64Array(1)
      cost.values(x, 1, 4, targets, into)
      return into[0]
    }
    expect([...energies(sense)]).toEqual([0.25, 1.04].map((energy) => expect.closeTo(energy, 12)))
    expect(value(sense)).toBeCloseTo(0.5 * Math.log(1 + Math.exp(2 * 0.79)), 12)
    const slopes = new Float64Array(4)
    cost.gradient(sense, 1, 4, targets, slopes)
    const differences = sense.map((_, i) => {
      const moved = (by: number) => value(sense.map((x, j) => (i === j ? x + by : x)))
      return (moved(1e-5) - moved(-1e-5)) / 2e-5
    })
    expect(relativeDistance(slopes, differences)).toBeLessThan(1e-8)
  })
})

describe('bytes that are held', () => {
  it('are those of what is made, whenever it is collected', async () => {
    const bytes = await bytesHeld(() => {
      for (let n = 0; n < 4; n++) new Float64Array(1e6).fill(n)
      return new Float64Array(4e6)
    })
    // The process that runs the tests comes and goes by some MB.
    expect(bytes).toBeGreaterThan(24e6)
    expect(bytes).toBeLessThan(48e6)
  })

  it('by echoes are few after a long time, by backpropagation as many as there are steps', async () => {
    const settings = { ...values, frameSteps: 400, gain: 2, rate: 1, batch: 1, steps: 1, eps: 1e-4 }
    const found = await withFirst(settings, 1, drawSequences(settings, 1, 0, 1), async ({ echoes, backprop }) => [
      await bytesHeld(echoes),
      await bytesHeld(backprop),
    ])
    // Four lists of nine numbers for each of two flows a step, without the engine's own 100 bytes a list.
    expect(found[1]).toBeGreaterThan(30 * 400 * 2 * 4 * 72)
    expect(found[0]).toBeLessThan(3e6)
  })
})

describe('a sequence as a picture', () => {
  it('comes back to rest, and shows what its pushes changed', () => {
    const { options, theta } = sequenceChain(values, 1)
    const { drive } = drawSequences(values, 1, 0, 1)
    const push = new Float64Array(values.frames * 6)
    const still = traceSequence(options, theta, drive, push)
    expect(still.echo?.q.subarray(-9).every((q) => Math.abs(q) < 1e-12)).toBe(true)
    expect(Math.max(...(changeOf(still, 'q') as Float64Array).map(Math.abs))).toBeLessThan(1e-12)
    // A push at frame 20 of 30 changes nothing on the way from the mirror to it.
    push[20 * 6] = 1e-3
    const pushed = changeOf(traceSequence(options, theta, drive, push), 'q') as Float64Array
    const moment = (n: number) => Math.max(...pushed.subarray(9 * n, 9 * n + 9).map(Math.abs))
    expect(moment(8)).toBeLessThan(1e-12)
    expect(moment(11)).toBeGreaterThan(1e-5)
  })
})

describe('rhel-sequence', () => {
  it('learns by echoes alone', async () => {
    const settings = { ...values, gain: 2, rate: 0.1, batch: 6, steps: 80 }
    const course = { settings, seed: 3, chain: sequenceChain(settings, 3) }
    const [data, test] = [drawSequences(settings, 3, 0, 90), drawSequences(settings, 3, 90, 30)]
    const { looks } = await learnSequences({ ...course, data, test }, (cost) =>
      recurrentEcho({ cost, eps: 1e-4, frames: settings.frames }),
    )
    expect(looks[0].accuracy).toBeLessThan(0.6)
    expect(looks[looks.length - 1].accuracy).toBeGreaterThan(0.85)
    expect(looks[looks.length - 1].step).toBe(80)
  })

  it.each(['end', 'all'])('with the loss at %s takes the steps of backpropagation through time', async (loss) => {
    const figures: Figure[] = []
    const lines: string[] = []
    const { run, settings } = await findExperiment('rhel-sequence').prepare(
      [`loss=${loss}`, 'steps=6', 'measured=0'],
      'short',
    )
    expect(settings.cue).toBe(loss === 'all' ? '20' : '12')
    const found = (await run({
      seed: 1,
      progress: (line) => lines.push(line),
      figure: (figure) => figures.push(figure),
    })) as Record<string, number> & { gradient: Record<'first' | 'last', { theta: number; drive: number }> }
    expect(found.accuracy).toBe(found.accuracyBackprop)
    expect(found.curvesApart).toBeLessThan(1e-6)
    for (const { theta, drive } of Object.values(found.gradient)) {
      expect(theta).toBeLessThan(2e-8)
      expect(drive).toBeLessThan(2e-8)
    }
    expect(found.loss).toBeLessThan(found.untrainedLoss)
    expect(found.returnError).toBeLessThan(1e-12)
    expect(figures.map(({ title }) => title)).toEqual([
      'Accuracy',
      'Loss',
      'Where the energy of a sequence goes after training, out and back',
    ])
    expect(lines[0]).toContain('by echoes')
  })
})
