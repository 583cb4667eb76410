import type { Backend, Receipt } from '../src/contract/backend.ts'
import type { Block, Code } from '../src/contract/block.ts'
import type { CodePort, StatePort } from '../src/contract/facets.ts'
import type { DataSheet } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'

/**
 * The inside of a simulated machine: plain calls, no promises, so that wrappers cost nothing.
 *
 * Everything that changes from call to call lives in what `save` returns; noise is drawn by absolute slot number, so
 * that one block of 2n slots equals two blocks of n.
 */
export interface Body {
  readonly sheet: DataSheet
  /** The stored parameters, in bank units; read only. */
  readonly theta: Float64Array
  store(theta: Float64Array): void
  run(block: Block, into: Float64Array): Receipt
  save(): Float64Array
  load(state: Float64Array): void
}

/** A body that generates codes itself. */
export interface CodedBody extends Body {
  readonly families: CodePort['families']
  /** Adds `coefficients[k] * delta_(first + k)` to the stored parameters; returns how many were held at a limit. */
  apply(code: Code, coefficients: Float64Array): number
}

/** A simulated machine behind the contract. */
export interface Simulator extends Backend {
  readonly codes: CodePort
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
        body.load(new Float64Array(snapshot.slice().buffer))
        theta.set(body.theta)
      },
    },
    async [Symbol.asyncDispose]() {
      const { banks } = body.sheet
      body.store(Float64Array.from(banks.flatMap((bank) => new Array<number>(bank.width).fill(bank.safe))))
    },
  }
}
