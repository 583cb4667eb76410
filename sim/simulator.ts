import { perParameter } from '../src/codes/expand.ts'
import type { Backend } from '../src/contract/backend.ts'
import type { CodePort, LearnPort, StatePort } from '../src/contract/facets.ts'
import { InsituError } from '../src/errors.ts'
import type { CodedBody } from './body.ts'
import { learn } from './learn.ts'

/** A simulated machine behind the contract. */
export interface Simulator extends Backend {
  readonly codes: CodePort
  readonly learn: LearnPort
  readonly state: StatePort
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
    codes: {
      families: body.families,
      async apply(code, coefficients, theta) {
        const clipped = body.apply(code, coefficients)
        theta.set(body.theta)
        return { slots: 0, clipped, retries: 0, saturated: 0, startedAt: 0, endedAt: 0 }
      },
    },
    learn: {
      async run(job, costs, theta) {
        const receipt = learn(body, job, costs)
        theta.set(body.theta)
        return receipt
      },
    },
    state: {
      async snapshot() {
        const state = body.save()
        return new Uint8Array(state.buffer, state.byteOffset, state.byteLength).slice()
      },
      async restore(snapshot, theta) {
        const wanted = body.save().byteLength
        if (snapshot.byteLength !== wanted)
          throw new InsituError(
            'SHAPE',
            `${body.sheet.machine}: snapshot has ${snapshot.byteLength} bytes, wanted ${wanted}`,
            {
              hint: 'restore only what a machine of the same model and settings gave',
            },
          )
        const state = new Float64Array(snapshot.slice().buffer)
        if (!state.every(Number.isFinite)) throw damaged(body)
        const before = body.save()
        body.load(state)
        if (!withinLimits(body)) {
          body.load(before)
          throw damaged(body)
        }
        theta.set(body.theta)
      },
    },
    async [Symbol.asyncDispose]() {
      const { banks } = body.sheet
      body.store(Float64Array.from(banks.flatMap((bank) => new Array<number>(bank.width).fill(bank.safe))))
    },
  }
}

function withinLimits({ sheet, theta }: CodedBody): boolean {
  const low = perParameter(
    sheet,
    sheet.banks.map((bank) => bank.min),
  )
  const high = perParameter(
    sheet,
    sheet.banks.map((bank) => bank.max),
  )
  return theta.every((value, i) => value >= low[i] && value <= high[i])
}

function damaged(body: CodedBody): InsituError {
  return new InsituError('RECORD', `${body.sheet.machine}: the snapshot holds values this machine never had`, {
    device: body.sheet.machine,
    hint: 'restore only what a machine of the same model and settings gave',
  })
}
