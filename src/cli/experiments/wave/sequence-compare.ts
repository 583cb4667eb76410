import { recurrentEcho } from '../../../rules/recurrent-echo.ts'
import { agreement } from './sequence-costs.ts'
import { type Course, type CourseValues, learnSequences } from './sequence-learning.ts'
import { drawSequences, sequenceChain } from './sequence-task.ts'
import { throughTime } from './through-time.ts'

export interface CompareValues extends CourseValues {
  readonly eps: number
  readonly sides: 'two' | 'one'
  readonly sequences: number
  readonly held: number
}

/** One chain that learns by echoes, and the same chain from the same start by backpropagation. */
export async function compare(settings: CompareValues, seed: number) {
  const { frames, eps, sides, sequences, held } = settings
  const chain = sequenceChain(settings, seed)
  const data = drawSequences(settings, seed, 0, sequences)
  const test = drawSequences(settings, seed, sequences, held)
  const course: Course = { settings, seed, chain, data, test }
  const before = await agreement(settings, chain, chain.theta, data)
  const echoes = await learnSequences(course, (cost) => recurrentEcho({ cost, eps, sides, frames }))
  const backprop = await learnSequences(course, (cost) => throughTime(chain.options, { cost, frames }))
  const after = await agreement(settings, chain, echoes.theta, data)
  return { chain, test, echoes, backprop, before, after }
}

export type Run = Awaited<ReturnType<typeof compare>>
