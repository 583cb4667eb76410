import { uniformTheta } from '../../../../devices/index.ts'
import { mgdChip } from '../../../../sim/index.ts'
import { mgdChipTwin } from '../../../../sim/twins/mgd-chip.ts'
import { attach } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import type { Surrogate } from '../../../twins/layers.ts'
import { digits } from '../../tasks/digits.ts'
import { evaluate } from '../../train/evaluate.ts'
import { score } from '../../train/score.ts'

export interface RealSet {
  readonly layers: readonly number[]
  readonly activation: 'sigmoid' | 'tanh' | 'relu'
  readonly updates: number
  readonly batch: number
  readonly rate: number
  /** Initial parameters are uniform between minus and plus this, V. */
  readonly init: number
}

/** Accuracy on held-out digits of a chip without faults that is trained in the loop with this surrogate, after each of the `marks`. */
export async function digitsAccuracy(
  set: RealSet,
  surrogate: Surrogate,
  marks: readonly number[],
  seed: number,
): Promise<readonly number[]> {
  const { layers, activation, updates, batch, rate, init } = set
  const spec = { layers, activation }
  const data = digits.load(seed)
  await using device = attach(mgdChip(spec))
  const theta = uniformTheta(spec, -init, init, seed)
  const rule = chipInTheLoop({ twin: mgdChipTwin(spec, { surrogate }), check: false })
  const optimizer = adam(cosine(rate, updates, rate / 10))
  const lessons = shuffledLessons(data.train, { seed, batch })
  const found: number[] = []
  for await (const { step } of train(rule, device, theta, lessons, { optimizer, steps: updates })) {
    if (!marks.includes(step)) continue
    const { accuracy } = await evaluate(device, data.test, data.classes.length, score, new AbortController().signal)
    found.push(accuracy)
  }
  return found
}
