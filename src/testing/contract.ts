import { InsituError } from '../errors.ts'
import { Bench, type Factory, type LawOptions } from './bench.ts'
import type { Law } from './law.ts'
import { laws } from './laws.ts'

/** What came of one law on one machine. */
export interface Verdict {
  readonly law: string
  readonly outcome: 'kept' | 'broken' | 'skipped'
  /** Why it was skipped. */
  readonly reason?: string
  /** What was expected and seen, or what went wrong on the way. */
  readonly error?: unknown
}

/** Checks every law on machines of `factory` and returns all verdicts; throws only if no machine can be opened. */
export async function checkLaws(factory: Factory, options: LawOptions = {}): Promise<readonly Verdict[]> {
  checkSkips(options)
  const bench = await Bench.open(factory, options)
  const verdicts: Verdict[] = []
  try {
    for (const law of laws) verdicts.push(await judge(law, bench))
  } finally {
    await bench.close()
  }
  return verdicts
}

async function judge(law: Law, bench: Bench): Promise<Verdict> {
  const reason = bench.options.skip?.[law.name] ?? law.unless?.(bench)
  if (reason !== undefined) return { law: law.name, outcome: 'skipped', reason }
  try {
    await law.check(bench)
    return { law: law.name, outcome: 'kept' }
  } catch (error) {
    return { law: law.name, outcome: 'broken', error }
  }
}

/** The part of a test runner that `contract` uses; vitest, node:test, mocha and jest all have it. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: (context: TestContext) => Promise<void>) => unknown
  /** Called after the last law; without it the last machine stays open. */
  readonly afterAll: (body: () => Promise<void>) => unknown
}

export interface TestContext {
  /** Marks the test as skipped; may throw to end it. */
  skip(reason?: string): unknown
}

export interface ContractOptions extends LawOptions {
  /** Told of every law that was skipped; writes to the console by default. */
  readonly skipped?: (law: string, reason: string) => void
}

/** Makes one test per law: `contract('my chip', () => openMyChip(), { describe, it, afterAll })`. */
export function contract(name: string, factory: Factory, runner: Runner, options: ContractOptions = {}): void {
  checkSkips(options)
  const skipped = options.skipped ?? ((law, reason) => console.info(`${name}: skipped "${law}": ${reason}`))
  runner.describe(name, () => {
    let opening: Promise<Bench> | undefined
    const open = () => {
      opening ??= Bench.open(factory, options)
      return opening
    }
    for (const law of laws) {
      runner.it(law.name, async (context) => {
        const verdict = await judge(law, await open())
        if (verdict.outcome === 'broken') throw verdict.error
        if (verdict.reason === undefined) return
        skipped(law.name, verdict.reason)
        context.skip(verdict.reason)
      })
    }
    runner.afterAll(async () => {
      // A machine that could not be opened has failed every test already.
      const bench = await opening?.catch(() => undefined)
      await bench?.close()
    })
  })
}

function checkSkips(options: LawOptions): void {
  for (const [name, reason] of Object.entries(options.skip ?? {})) {
    if (laws.every((law) => law.name !== name)) {
      throw new InsituError('CONFIG', `skip: there is no law "${name}"`, {
        hint: `laws: ${laws.map((l) => l.name).join('; ')}`,
      })
    }
    if (reason.trim() === '') throw new InsituError('CONFIG', `skip: the law "${name}" is left out without a reason`)
  }
}
