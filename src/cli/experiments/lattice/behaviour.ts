import { safeTheta } from '../../../contract/sheet.ts'
import type { Cost } from '../../../cost/cost.ts'
import { shareCrossEntropy } from '../../../cost/share-cross-entropy.ts'
import { squaredError } from '../../../cost/squared-error.ts'
import { norm, relativeDistance } from '../../../reference/norm.ts'
import { stiffnessPicture } from '../../../report/stiffness-picture.ts'
import { inSitu } from '../../../rules/in-situ.ts'
import { train } from '../../../rules/train.ts'
import { publishedOptimizer } from '../../train/published-optimizer.ts'
import { experiment } from '../experiment.ts'
import { choice, numbers, real, whole } from '../settings.ts'
import { answers, paperMachine, STRAIN_SETTINGS, TRAINING_SETTINGS } from './machine.ts'

const OUTPUTS = ['13.y', '14.y']

export const latticeBehaviour = experiment({
  name: 'lattice-behaviour',
  summary: 'one weight, two outputs: trained to given displacements, or so that one node moves more than the other',
  source:
    'Li and Mao (2024), settings in the authors’ code: cross-entropy stops at |dk|/|k| <= 1e-8 or 10,000 iterations, squared error at a relative error of 1e-3 or 30,000. The targets -0.5 and -0.8 mm lie outside what bonds of 103 to 172 N/m reach: it stalls at a relative error of about 0.16',
  settings: {
    loss: choice(
      ['mse', 'cross-entropy'],
      'cross-entropy',
      'displacements to reach, or the pair’s larger one to choose',
    ),
    label: choice(['13', '14'], '13', 'cross-entropy: the node that is to move more'),
    targetMM: numbers([-0.5, -0.8], 'mse: displacements of nodes 13 and 14 wanted, mm'),
    loadMN: real(49, 'weight on node 11, mN; positive pulls down', Number.NEGATIVE_INFINITY),
    alpha: real(5e-3, 'rate of Adam on the latent variable'),
    beta: real(10, 'steepness of the stiffness over the latent variable'),
    ...TRAINING_SETTINGS,
    tolerance: real(1e-8, 'stop when |dk|/|k| is not larger'),
    reached: real(1e-3, 'mse: stop when the relative error of the outputs is not larger'),
    maxIterations: whole(10_000, 'iterations at most; 30,000 with loss=mse'),
    ...STRAIN_SETTINGS,
  },
  variants: { loss: { mse: { maxIterations: 30_000 } } },
  short: { maxIterations: 400 },
  async run(settings, { seed, progress, figure }) {
    const { loss, label, targetMM, loadMN, tolerance, reached, maxIterations } = settings
    await using device = paperMachine({ inputs: ['11.y'], outputs: OUTPUTS }, settings, seed)
    const target = loss === 'mse' ? targetMM.map((mm) => mm * 1e-3) : label === '13' ? [1, 0] : [0, 1]
    const lesson = { rows: 1, drive: Float64Array.of(-loadMN * 1e-3), target: Float64Array.from(target) }
    const cost: Cost = loss === 'mse' ? squaredError : shareCrossEntropy()
    const rule = inSitu({ cost, adjoint: 'alone' })
    const theta = safeTheta(device.sheet)
    const optimizer = publishedOptimizer(device.sheet, { ...settings, epsilon: settings.eps })
    const options = { optimizer, steps: maxIterations }
    const size = norm(target)
    // The training loop updates before it reports: what it measured belongs to the parameters of the step before.
    let [current, previous] = [theta.slice(), theta.slice()]
    let [iterations, value] = [0, Number.NaN]
    let change = Number.POSITIVE_INFINITY
    let stopped = 'iterations'
    const curve: { iteration: number; loss: number }[] = []
    for await (const report of train(rule, device, theta, { next: () => lesson }, options)) {
      iterations = report.step
      value = report.cost
      if (iterations > 1) change = relativeDistance(current, previous)
      if (iterations % 100 === 0)
        progress(`iteration ${iterations}: loss ${value.toExponential(4)}, |dk|/|k| ${change.toExponential(2)}`)
      if (Math.log2(iterations) % 1 === 0) curve.push({ iteration: iterations, loss: value })
      if (change <= tolerance) stopped = 'stiffness'
      else if (loss === 'mse' && Math.sqrt(2 * value) / size <= reached) stopped = 'outputs'
      if (stopped !== 'iterations' || iterations === maxIterations) break
      previous = current
      current = theta.slice()
    }
    await device.store(current)
    const seen = await answers(device, lesson.drive, 1)
    figure({
      title: 'Loss',
      x: 'iteration',
      y: loss === 'mse' ? 'squared error, m²' : 'cross-entropy',
      scale: 'log',
      curves: [{ name: 'loss', color: 1, points: curve.map(({ iteration, loss: y }) => ({ x: iteration, y })) }],
    })
    figure(stiffnessPicture(device.sheet, current, { title: 'Stiffness when it stopped' }))
    return {
      iterations,
      stopped,
      outputs: Object.fromEntries(OUTPUTS.map((output, o) => [output, Number((seen[o] * 1e3).toFixed(9))])),
      loss: value,
      relativeError: loss === 'mse' ? Math.sqrt(2 * value) / size : undefined,
      relativeChange: Number.isFinite(change) ? change : undefined,
      stiffness: [...current],
      curve,
    }
  },
})
