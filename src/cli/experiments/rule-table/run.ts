import type { CheckedDevice } from '../../../contract/device.ts'
import { type ErrorCode, InsituError } from '../../../errors.ts'
import { cosineBetween } from '../../../rules/feedback/matrix.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import type { Lesson, LessonSource } from '../../../rules/rule.ts'
import { systemClock } from '../../clock.ts'
import { refusals } from '../../devices.ts'
import type { RuleEntry } from '../../rules.ts'
import type { RuleBench } from './bench.ts'

/** What a rule did on a machine, or why it was not tried. */
export type RuleRow =
  | { readonly rule: string; readonly refused: string }
  | {
      readonly rule: string
      /** Share of held-out rows answered right before and after; absent where nothing is classified. */
      readonly accuracyBefore?: number
      readonly accuracy?: number
      /** Mean cost of all rows to learn from, before and after. */
      readonly costBefore: number
      readonly cost: number
      readonly reads: number
      readonly updates: number
      readonly seconds: number
      /** Cosine between the first updates' gradient and the machine's own without noise; null where it has none. */
      readonly alignment: number | null
    }

export interface TryOptions {
  readonly seed: number
  readonly effort: number
}

/** Trains a fresh machine by one rule; a rule that does not fit, or is refused by the machine, comes back with its reason. */
export async function tryRule(bench: RuleBench, entry: RuleEntry, options: TryOptions): Promise<RuleRow> {
  const done = { updates: 0 }
  try {
    return await trainBy(bench, entry, options, done)
  } catch (error) {
    const refused = error instanceof InsituError && REFUSALS.includes(error.code) && done.updates === 0
    if (!refused) throw error
    return { rule: entry.name, refused: error.message }
  }
}

/** What a machine or a rule may say to each other before anything is learnt. */
const REFUSALS: readonly ErrorCode[] = ['CAPABILITY', 'CONFIG', 'LIMIT', 'TWIN']

async function trainBy(
  bench: RuleBench,
  entry: RuleEntry,
  { seed, effort }: TryOptions,
  done: { updates: number },
): Promise<RuleRow> {
  await using device = bench.open()
  const lacks = refusals(entry, device)
  const rule = entry.name
  if (lacks.length > 0) return { rule, refused: `lacks ${lacks.join(' and ')}` }
  if (!Object.hasOwn(bench.trainers, rule))
    throw new InsituError(
      'INTERNAL',
      `rule-table: ${rule} fits ${device.name}, but nobody has set it for ${bench.task}`,
    )
  const theta = bench.start()
  const from = theta.slice()
  await device.store(theta)
  const [accuracyBefore, costBefore] = [await bench.accuracy?.(device), await meanCost(bench, device)]
  const seen: Lesson[] = []
  const pointed = new Float64Array(theta.length)
  let reads = 0
  let watched = Number.POSITIVE_INFINITY
  const lessons = (batch: number): LessonSource => {
    const source = shuffledLessons(bench.table, { seed, batch })
    return {
      next() {
        const lesson = source.next()
        if (done.updates < watched) seen.push(lesson)
        return lesson
      },
    }
  }
  const began = systemClock.monotonic()
  const { run, look, aligned = 1 } = bench.trainers[rule]({ device, theta, lessons, seed, effort })
  watched = aligned
  for await (const { gradient, totalSlots, step } of run) {
    if (done.updates < aligned) {
      if (gradient === undefined) await look?.()
      for (let i = 0; i < pointed.length; i++)
        pointed[i] = gradient === undefined ? from[i] - theta[i] : pointed[i] + gradient[i]
    }
    reads = totalSlots
    done.updates = step
  }
  await look?.()
  const seconds = systemClock.monotonic() - began
  // The last parameters: what the machine holds already where the rule does not follow them.
  if (look === undefined) await device.store(theta)
  const [accuracy, cost] = [await bench.accuracy?.(device), await meanCost(bench, device)]
  const truth = await bench.truth?.(from, joined(seen))
  return {
    rule,
    ...(accuracyBefore !== undefined && accuracy !== undefined && { accuracyBefore, accuracy }),
    ...{ costBefore, cost, reads, updates: done.updates, seconds },
    alignment: truth === undefined ? null : cosineBetween(pointed, truth),
  }
}

async function meanCost({ table, cost }: RuleBench, device: CheckedDevice): Promise<number> {
  const { rows, drive, target } = table
  const { width } = device.sheet.sense
  const readings = new Float64Array(rows * width)
  await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, readings)
  const costs = new Float64Array(rows)
  cost.values(readings, rows, width, { data: target, rows, hold: 1 }, costs)
  return costs.reduce((sum, one) => sum + one, 0) / rows
}

/** All rows of some lessons as one. */
function joined(lessons: readonly Lesson[]): Lesson {
  const all = (of: (lesson: Lesson) => Float64Array) => Float64Array.from(lessons.flatMap((lesson) => [...of(lesson)]))
  return {
    rows: lessons.reduce((sum, { rows }) => sum + rows, 0),
    drive: all(({ drive }) => drive),
    target: all(({ target }) => target),
  }
}
