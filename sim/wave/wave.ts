import type { Backend } from '../../src/contract/backend.ts'
import type { EchoPort, LearningField } from '../../src/contract/echo.ts'
import type { LocalPort, StatePort } from '../../src/contract/facets.ts'
import { safeTheta } from '../../src/contract/sheet.ts'
import { statePort } from '../state.ts'
import { launch } from './flight.ts'
import type { WaveOptions } from './options.ts'
import { waveParts } from './parts.ts'
import { SecondCore } from './second-core.ts'

/** A simulated wave field behind the contract. */
export interface WaveSimulator extends Backend {
  readonly echo: EchoPort
  readonly local: LocalPort
  readonly state: StatePort
}

/**
 * A simulated field of waves (`devices/wave-field` says what it means), with `echo`, `local` and `state`.
 *
 * A slot that is measured, a flight that is dropped and an echo without decay leave the learning field what it was: the
 * machine ends them by an undisturbed echo, which is taken as perfect. Throws `CONFIG` naming what does not fit.
 */
export function waveSimulator(options: WaveOptions): WaveSimulator {
  const parts = waveParts(options)
  const secondCore = options.cores === 2 ? new SecondCore(options) : undefined
  const { body, friction, injection } = parts
  const { course } = body.parts
  const learning: LearningField | undefined = friction && {
    bracket: course.field.bracket,
    gain: (1 - Math.exp(-friction.decay)) / friction.mass,
    async read(theta) {
      theta.set(body.theta)
    },
  }
  return {
    sheet: body.sheet,
    async store(theta) {
      body.store(theta)
    },
    async measure(block, into) {
      return body.run(block, into)
    },
    echo: {
      injection,
      maxFrames: options.maxFrames ?? 65536,
      ...(learning && { learning }),
      async launch(drive) {
        return launch(parts, drive, secondCore)
      },
    },
    local: {
      reads: 'action',
      sense: body.localPort,
      async read(block, into, local) {
        return body.run(block, into, local)
      },
    },
    state: statePort(body),
    async [Symbol.asyncDispose]() {
      body.store(safeTheta(body.sheet))
      await secondCore?.[Symbol.asyncDispose]()
    },
  }
}
