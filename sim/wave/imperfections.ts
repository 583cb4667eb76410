import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type Converter, convert } from '../converter.ts'
import type { WaveField } from './field.ts'

/** Everything that may be wrong with a simulated wave field. */
export interface WaveImperfections {
  /** Rate at which the energy of the evaluation field is lost, per unit of time: friction, or decay of a cavity. */
  readonly loss: number
  /** The same for the learning field, while waves run; masses lose it by their momentum. */
  readonly learningLoss: number
  /** Standard deviation of the static scatter of frequencies: of the stiffness at the sites, or of detunings. */
  readonly disorder: number
  /** Phase conjugation: standard deviations per mode of the relative amplitude and of the phase (rad), the same in every echo. */
  readonly mirrorAmplitude: number
  readonly mirrorPhase: number
  /** Standard deviation of the relative amplitude per mode, new in every echo. */
  readonly mirrorJitter: number
  /** Standard deviation of the moment at which the mirror acts, in units of time, new in every echo. */
  readonly timingJitter: number
  /** An injection x becomes x / sqrt(1 + x^2 / limit^2); Infinity for none. */
  readonly injectionLimit: number
  /** Steps in which injections come; 0 leaves it to the converters. */
  readonly injectionStep: number
  /** The shift x of a parameter in a decay becomes x / sqrt(1 + x^2 / limit^2); Infinity for none. */
  readonly shiftLimit: number
  /** Standard deviations of a reading (outputs, and what returns) and of a local reading. */
  readonly readNoise: number
  readonly localNoise: number
}

export const NO_IMPERFECTIONS: WaveImperfections = {
  loss: 0,
  learningLoss: 0,
  disorder: 0,
  mirrorAmplitude: 0,
  mirrorPhase: 0,
  mirrorJitter: 0,
  timingJitter: 0,
  injectionLimit: Number.POSITIVE_INFINITY,
  injectionStep: 0,
  shiftLimit: Number.POSITIVE_INFINITY,
  readNoise: 0,
  localNoise: 0,
}

/**
 * What half a step of losses does to a state, in place; undefined where nothing is lost. Energy is lost at the stated rate:
 * oscillators lose it by their momentum alone, complex modes by both quadratures. Its Jacobian is diagonal, so that it also
 * takes a slope back.
 */
export function damping(
  { bracket, learning }: Pick<WaveField, 'bracket' | 'learning'>,
  step: number,
  { loss, learningLoss }: Pick<WaveImperfections, 'loss' | 'learningLoss'>,
): ((state: WaveState) => void) | undefined {
  if (loss === 0 && learningLoss === 0) return undefined
  const part = Math.exp((-loss * step) / (bracket === 1 ? 2 : 4))
  const slow = Math.exp((-learningLoss * step) / (learning === 'masses' ? 2 : 4))
  return ({ q, p, theta, momentum }) => {
    for (let i = 0; i < p.length; i++) p[i] *= part
    if (bracket !== 1) for (let i = 0; i < q.length; i++) q[i] *= part
    if (learningLoss === 0) return
    for (let i = 0; i < theta.length; i++) momentum[i] *= slow
    if (learning === 'modes') for (let i = 0; i < theta.length; i++) theta[i] *= slow
  }
}

/** Steps with losses around each: half of them before, half after, so that the order of the step stays. */
export function lossy(stepper: WaveStepper, damp: ((state: WaveState) => void) | undefined): WaveStepper {
  if (damp === undefined) return stepper
  return {
    run(states, steps) {
      for (let n = 0; n < steps; n++) {
        states.forEach(damp)
        stepper.run(states, 1)
        states.forEach(damp)
      }
    },
  }
}

/** The mirror: turns time around, as well as it can. */
export class Mirror {
  readonly #field: WaveField
  readonly #splitting: Splitting
  readonly #made: WaveImperfections
  readonly #amplitude: Draws
  readonly #phase: Draws
  readonly #jitter: Draws

  constructor(field: WaveField, splitting: Splitting, made: WaveImperfections, seed: number) {
    this.#field = field
    this.#splitting = splitting
    this.#made = made
    this.#amplitude = draws(seed, STREAM.mirrorAmplitude)
    this.#phase = draws(seed, STREAM.mirrorPhase)
    this.#jitter = draws(seed, STREAM.mirrorJitter)
  }

  /** Conjugates the evaluation field and turns the learning field around; `echo` numbers the echoes of this machine. */
  reverse(state: WaveState, echo: number): void {
    const { mirrorAmplitude, mirrorPhase, mirrorJitter, timingJitter } = this.#made
    const { q, p, momentum } = state
    const first = echo * (q.length + 1)
    if (timingJitter > 0) this.#wait(state, timingJitter * this.#jitter.normal(first))
    for (let i = 0; i < momentum.length; i++) momentum[i] = -momentum[i]
    for (let i = 0; i < q.length; i++) {
      p[i] = -p[i]
      if (mirrorAmplitude === 0 && mirrorPhase === 0 && mirrorJitter === 0) continue
      const size = 1 + mirrorAmplitude * this.#amplitude.normal(i) + mirrorJitter * this.#jitter.normal(first + 1 + i)
      const angle = mirrorPhase * this.#phase.normal(i)
      const [x, y] = [q[i], p[i]]
      q[i] = size * (Math.cos(angle) * x - Math.sin(angle) * y)
      p[i] = size * (Math.sin(angle) * x + Math.cos(angle) * y)
    }
  }

  /** One step of any length, forwards or backwards. */
  #wait(state: WaveState, time: number): void {
    const { drift, kick } = this.#splitting
    this.#field.drift(state, drift[0] * time)
    kick.forEach((part, s) => {
      this.#field.kick(state, part * time)
      this.#field.drift(state, drift[s + 1] * time)
    })
  }
}

/** What the injector makes of wanted kicks: they saturate, and come in the steps of its port. */
export function injected(kicks: Float64Array, limit: number, port: Converter): Float64Array {
  return kicks.map((kick) => convert(saturated(kick, limit), port))
}

/** x / sqrt(1 + x^2 / limit^2): x where it is small, never beyond the limit. */
export function saturated(x: number, limit: number): number {
  return limit === Number.POSITIVE_INFINITY ? x : x / Math.sqrt(1 + (x / limit) ** 2)
}
