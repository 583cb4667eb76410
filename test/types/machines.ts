import type { Backend, Receipt } from '../../src/contract/backend.ts'
import type { EchoPort } from '../../src/contract/echo.ts'
import type { CodePort, Facet, Facets, LearnPort, StatePort } from '../../src/contract/facets.ts'
import type { Estimate, LessonSource, Rule } from '../../src/rules/rule.ts'
import { Toy } from '../contract/toy.ts'
import { Waves } from '../contract/waves.ts'

/** Machines and rules of every shape, for what must and must not compile. They also run. */

/** The four members and nothing else. */
export function bare(): Backend {
  const toy = new Toy()
  return {
    sheet: toy.sheet,
    store: (theta, opts) => toy.store(theta, opts),
    measure: (block, into, opts): Promise<Receipt> => toy.measure(block, into, opts),
    [Symbol.asyncDispose]: () => toy[Symbol.asyncDispose](),
  }
}

export function withCodes(): Backend & { readonly codes: CodePort } {
  return { ...bare(), codes: new Toy().codes }
}

export function withAll(): Backend & {
  readonly codes: CodePort
  readonly learn: LearnPort
  readonly state: StatePort
} {
  const { codes, learn, state } = new Toy()
  return { ...bare(), codes, learn, state }
}

export function withEcho(): Backend & { readonly echo: EchoPort } {
  const waves = new Waves()
  return {
    sheet: waves.sheet,
    store: (theta, opts) => waves.store(theta, opts),
    measure: (block, into, opts): Promise<Receipt> => waves.measure(block, into, opts),
    echo: waves.echo,
    [Symbol.asyncDispose]: () => waves[Symbol.asyncDispose](),
  }
}

/** What opening by name gives: nobody knows which facets are there. */
export function byName(): Backend & Partial<Facets> {
  return withCodes()
}

export function ruleNeeding<const F extends Facet = never>(...needs: F[]): Rule<F, null> {
  return {
    name: 'on-board',
    needs,
    begin: () => null,
    step: async (): Promise<Estimate> => ({ cost: 0, slots: 0, clipped: 0, saturated: 0, retries: 0 }),
  }
}

export const lessons: LessonSource = {
  next: () => ({ rows: 1, drive: new Float64Array(3), target: new Float64Array(2) }),
}
