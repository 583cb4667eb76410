import type { Backend } from '../src/contract/backend.ts'
import type { CodePort, LearnPort, StatePort, TapPort } from '../src/contract/facets.ts'
import { safeTheta } from '../src/contract/sheet.ts'
import type { CodedBody, Taps } from './body.ts'
import { learn } from './learn.ts'
import { statePort } from './state.ts'

/** A simulated machine behind the contract. */
export interface Simulator extends Backend {
  readonly codes: CodePort
  readonly learn: LearnPort
  readonly state: StatePort
  /** Where its body can be read between layers. */
  readonly taps?: TapPort
}

/** Puts a body behind the contract. */
export function simulator(body: CodedBody): Simulator {
  return {
    sheet: body.sheet,
    async store(theta) {
      body.store(theta)
    },
    async measure(block, into) {
      return body.run(block, into)
    },
    codes: codePort(body),
    learn: {
      async run(job, costs, theta) {
        const receipt = learn(body, job, costs)
        theta.set(body.theta)
        return receipt
      },
    },
    state: statePort(body),
    ...(body.taps && { taps: tapPort(body.taps) }),
    async [Symbol.asyncDispose]() {
      body.store(safeTheta(body.sheet))
    },
  }
}

/** The facet of any body that can be read between its layers. */
export function tapPort(taps: Taps): TapPort {
  return {
    layers: taps.layers,
    async read(block, into, readings) {
      return taps.run(block, into, readings)
    },
  }
}

/** The facet of any body that generates codes itself. */
export function codePort(body: CodedBody): CodePort {
  return {
    families: body.families,
    async apply(code, coefficients, theta) {
      const clipped = body.apply(code, coefficients)
      theta.set(body.theta)
      return { slots: 0, clipped, retries: 0, saturated: 0, startedAt: 0, endedAt: 0 }
    },
  }
}
