import type { Device } from '../../../contract/device.ts'
import { chainTwin } from '../../../twins/chain.ts'
import type { Twin } from '../../../twins/twin.ts'
import type { TaskData } from '../../tasks/task.ts'
import { type Looked, look } from './look.ts'
import {
  type ChainDesign,
  chainDesign,
  designTwins,
  hadamard,
  heldBanks,
  joined,
  randomPatterns,
  simulatedHalves,
  startOf,
} from './machines.ts'
import { digitScenes } from './scenes.ts'
import type { ChainSettings, Trained } from './settings.ts'
import { chainTraining } from './training.ts'
import { trusted } from './trusted.ts'

/** One training and what came of it. */
export interface Outcome {
  /** On the test digits at the end, and after every pass. */
  readonly end: Looked
  readonly curve: readonly number[]
  readonly theta: Float64Array
  /** Slots measured for it. */
  readonly reads: number
}

/** One chain, trained and compared. */
export interface ChainRun {
  readonly design: ChainDesign
  readonly learned: Outcome
  /** The same chain with fixed patterns, its chip trained by the same rule. */
  readonly fixed: Outcome
  /** Machines as designed, trained by their twins, which is backpropagation; `idealFixed` with fixed patterns. */
  readonly ideal: Outcome
  readonly idealFixed: Outcome
  /** Accuracy of what `ideal` learnt, stored on the chain as made. */
  readonly deployed: number
}

/** The looks of one training that a curve is made of, at most. */
const LOOKS = 60

export async function chainRun(settings: ChainSettings, seed: number, say: (line: string) => void): Promise<ChainRun> {
  const data = digitScenes(seed)
  const design = await chainDesign(settings, data.train)
  const twins = designTwins(design)
  const twin = chainTwin(twins.encoder, twins.chip)
  const first = settings.start === 'random' ? randomPatterns(settings.patterns, seed) : hadamard(settings.patterns)
  const starts = {
    free: startOf(design, settings.train === 'chip' ? hadamard(settings.patterns) : first, seed),
    fixed: startOf(design, hadamard(settings.patterns), seed),
  }
  const exact = settings.rule === 'backprop'
  const halves = simulatedHalves(design, exact ? undefined : settings, seed)
  await using real = joined(halves)
  await using perfect = joined(simulatedHalves(design, undefined, seed))
  if (settings.rule === 'chip-in-the-loop') await trusted(halves, twins, starts.free, data.train)
  const rule = settings.rule === 'mgd' ? 'mgd' : 'chip-in-the-loop'
  const on = async (name: string, device: Device<'taps' | 'state'>, by: typeof rule, trained: Trained) => {
    const start = trained === 'chip' ? starts.fixed : starts.free
    const outcome = await outcomeOf(
      settings,
      { device, twin, data, start, rule: by, trained, seed },
      (share, accuracy) => say(`seed ${seed}, ${name}: ${Math.round(100 * share)} %, accuracy ${accuracy.toFixed(3)}`),
    )
    say(`seed ${seed}, ${name}: accuracy ${outcome.end.accuracy.toFixed(3)}`)
    return outcome
  }
  const learned = await on(settings.rule, real, rule, settings.train)
  const fixed = settings.train === 'chip' ? learned : await on('fixed patterns', real, rule, 'chip')
  const ideal = exact
    ? learned
    : await on('backpropagation on ideal machines', perfect, 'chip-in-the-loop', settings.train)
  const idealFixed = exact ? fixed : await on('the same with fixed patterns', perfect, 'chip-in-the-loop', 'chip')
  await real.store(ideal.theta)
  return { design, learned, fixed, ideal, idealFixed, deployed: (await look(real, data.test)).accuracy }
}

interface Task {
  readonly device: Device<'taps' | 'state'>
  readonly twin: Twin
  readonly data: TaskData
  readonly start: Float64Array
  readonly rule: 'chip-in-the-loop' | 'mgd'
  readonly trained: Trained
  readonly seed: number
}

async function outcomeOf(
  settings: ChainSettings,
  { device, twin, data, start, rule, trained, seed }: Task,
  say: (share: number, accuracy: number) => void,
): Promise<Outcome> {
  const held = heldBanks(device, trained)
  const training = chainTraining(device, twin, { ...settings, rule }, { start, held, rows: data.train, seed })
  const { steps, perEpoch } = training
  const every = perEpoch * Math.max(1, Math.ceil(steps / perEpoch / LOOKS))
  const curve: number[] = []
  let reads = 0
  for await (const { step, totalSlots } of training.run()) {
    reads = totalSlots
    if (step % every !== 0 || step === steps) continue
    curve.push((await look(training.device, data.test)).accuracy)
    say(step / steps, curve.at(-1) as number)
  }
  const end = await look(training.device, data.test)
  return { end, curve: [...curve, end.accuracy], theta: training.whole(), reads }
}
