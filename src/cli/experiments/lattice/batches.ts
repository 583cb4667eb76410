import type { Cost } from '../../../cost/cost.ts'
import { averaged } from '../../../rules/averaged.ts'
import { inSitu } from '../../../rules/in-situ.ts'
import { type LessonTable, shuffledLessons } from '../../../rules/lessons.ts'
import { mgd } from '../../../rules/mgd.ts'
import { nudged } from '../../../rules/nudged.ts'
import type { Rule } from '../../../rules/rule.ts'
import { train } from '../../../rules/train.ts'
import { publishedOptimizer } from '../../train/published-optimizer.ts'
import { choice, real, type Values, whole } from '../settings.ts'
import { type LatticeDevice, STRAIN_SETTINGS, TRAINING_SETTINGS } from './machine.ts'

/** Settings of everything that is trained in minibatches. */
export const BATCH_SETTINGS = {
  rule: choice(['in-situ', 'nudged', 'mgd'], 'in-situ', 'how the gradient is measured'),
  adjoint: choice(['alone', 'superposed', 'push-pull'], 'alone', 'in-situ: how the error is put on as a load'),
  adjointMN: real(50, 'largest adjoint load of each sample, mN'),
  repeats: whole(1, 'readings averaged for each gradient'),
  batch: whole(16, 'samples per update; the last of an epoch has what is left'),
  ...TRAINING_SETTINGS,
  ...STRAIN_SETTINGS,
} as const

/** What the floor of the loss does, for help. */
export const FLOOR =
  'displacements below this count as this in the loss, um; published 0 (here 1e-6): one flower near 0 then freezes Adam in about 1 run of 10'

/** Settings of one training. */
interface Fit extends Values<typeof BATCH_SETTINGS> {
  readonly alpha: number
  readonly beta: number
  readonly epochs: number
}

/** Perturbation of MGD on stiffness, N/m, and perturbations per update. */
const MGD_AMPLITUDE = 2
const MGD_STEPS = 32

/** The rule that settings ask for. */
function ruleOf(settings: Fit, cost: Cost, seed: number): Rule<'adjoint' | 'local', unknown> {
  const load = settings.adjointMN * 1e-3
  const once: Rule<'adjoint' | 'local', unknown> =
    settings.rule === 'in-situ'
      ? inSitu({ cost, adjoint: settings.adjoint, load })
      : settings.rule === 'nudged'
        ? nudged({ cost, load })
        : mgd({ cost, seed, amplitudes: MGD_AMPLITUDE, tauX: MGD_STEPS, tauTheta: MGD_STEPS })
  return settings.repeats > 1 ? averaged(once, settings.repeats) : once
}

/** What an epoch left: mean loss of its batches, and how well its gradients stood out. */
interface Epoch {
  readonly epoch: number
  readonly loss: number
  readonly gradientError: number | undefined
  readonly slots: number
}

/** What is trained, and on what. */
interface Fitting {
  readonly device: LatticeDevice
  /** Where it begins; updated in place. */
  readonly theta: Float64Array
  readonly table: LessonTable
  readonly cost: Cost
  readonly settings: Fit
  /** Seed of the order of the samples, and of codes. */
  readonly seed: number
  /** Called after every epoch. */
  look?(epoch: Epoch): Promise<void> | void
}

/** Trains in minibatches. */
export async function fitBatches({ device, theta, table, cost, settings, seed, look }: Fitting): Promise<void> {
  const { batch, epochs } = settings
  const perEpoch = Math.ceil(table.rows / batch)
  // A code of MGD is measured on lessons of one size: it takes full ones.
  const last = settings.rule === 'mgd' ? 'filled' : 'short'
  const lessons = shuffledLessons(table, { seed, batch: Math.min(batch, table.rows), last })
  const optimizer = publishedOptimizer(device.sheet, { ...settings, epsilon: settings.eps })
  const options = { optimizer, steps: epochs * perEpoch }
  const rule = ruleOf(settings, cost, seed)
  let losses = 0
  let errors: number[] = []
  for await (const { step, cost: value, health, totalSlots } of train(rule, device, theta, lessons, options)) {
    losses += value
    if (health?.gradientError !== undefined) errors.push(health.gradientError)
    if (step % perEpoch !== 0) continue
    const gradientError = errors.length === 0 ? undefined : errors.reduce((a, b) => a + b, 0) / errors.length
    await look?.({ epoch: step / perEpoch, loss: losses / perEpoch, gradientError, slots: totalSlots })
    losses = 0
    errors = []
  }
}
