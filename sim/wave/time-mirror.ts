import type { Splitting, WaveState } from '../../src/kernels/wave/state.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import type { WaveField } from './field.ts'
import type { WaveImperfections } from './imperfections.ts'

/** The mirror: turns time around, as well as it can. */
export class TimeMirror {
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
