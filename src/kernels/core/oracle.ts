import { Rho } from './rho.ts'
import { type CoreSettings, FLAG, RESET, SIZE, TYPES, WORDS } from './settings.ts'

/** A potential has 20 bits and a sign in them. */
const HIGHEST = 524287
const LOWEST = -524288

const saturated = (v: number) => Math.min(Math.max(v, LOWEST), HIGHEST)

/** One core as the specification says it, neuron by neuron; what every faster path must equal. */
export class CoreOracle {
  readonly #settings: CoreSettings
  readonly #rho: Rho
  readonly potential = new Int32Array(SIZE)

  constructor(settings: CoreSettings) {
    this.#settings = settings
    this.#rho = new Rho(settings.seed, settings.core)
  }

  /** One tick: integrate, leak, threshold, reset. `axons` and `spikes` are sets of WORDS words. */
  tick(tick: number, axons: Uint32Array, spikes: Uint32Array): void {
    this.#rho.at(tick)
    spikes.fill(0)
    for (let j = 0; j < this.#settings.neurons; j++) {
      // The whole input of a tick is summed before it is held to 20 bits: no order of events can show.
      const integrated = saturated(this.potential[j] + this.#input(j, axons))
      const rho = this.#rho.neuron(j)
      const leaked = this.#leaked(j, integrated, rho & 255)
      if (this.#fires(j, leaked, rho >>> 8)) spikes[j >> 5] |= 1 << (j & 31)
    }
  }

  #input(j: number, axons: Uint32Array): number {
    const { axonType, crossbar, weight, stochasticWeight } = this.#settings
    let sum = 0
    for (let a = 0; a < SIZE; a++) {
      if (((axons[a >> 5] >>> (a & 31)) & 1) === 0) continue
      if (((crossbar[a * WORDS + (j >> 5)] >>> (j & 31)) & 1) === 0) continue
      const s = weight[j * TYPES + axonType[a]]
      if (((stochasticWeight[j] >> axonType[a]) & 1) === 0) sum += s
      else if (Math.abs(s) >= this.#rho.synapse(a, j)) sum += Math.sign(s)
    }
    return sum
  }

  /** Omega is the sign of the potential with reversal; a reversed leak that would cross zero stops there. */
  #leaked(j: number, v: number, rho: number): number {
    const { leak, flags } = this.#settings
    const lambda = leak[j]
    const amount = (flags[j] & FLAG.stochasticLeak) === 0 ? lambda : Math.abs(lambda) >= rho ? Math.sign(lambda) : 0
    if ((flags[j] & FLAG.leakReversal) === 0) return saturated(v + amount)
    const leaked = saturated(v + Math.sign(v) * amount)
    return Math.sign(leaked) === -Math.sign(v) ? 0 : leaked
  }

  #fires(j: number, v: number, rhoT: number): boolean {
    const { threshold, thresholdMask, negativeThreshold, flags, reset, resetPotential } = this.#settings
    const eta = rhoT & thresholdMask[j]
    const top = threshold[j] + eta
    const beta = negativeThreshold[j]
    const saturates = (flags[j] & FLAG.saturateBelow) !== 0
    const bottom = saturates ? beta : beta + eta
    const fires = v >= top
    let after = v
    if (fires) {
      if (reset[j] === RESET.value) after = resetPotential[j]
      else if (reset[j] === RESET.subtract) after = v - top
    } else if (v < -bottom) {
      if (saturates) after = -beta
      else if (reset[j] === RESET.value) after = -resetPotential[j]
      else if (reset[j] === RESET.subtract) after = v + bottom
    }
    this.potential[j] = saturated(after)
    return fires
  }
}
