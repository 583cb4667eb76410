import { TYPES } from '../core/settings.ts'
import { type ProbabilisticCore, SILENT } from './net.ts'

/** Where the signals lie. */
export interface Places {
  readonly on: number
  readonly off: number
  readonly size: number
  /** Closed crossings behind every signal. */
  readonly degrees: Uint32Array
}

/**
 * Writes what one neuron adds up: per plane a count and that many addresses. It spikes where sum s x + leak >= threshold; an
 * axon of negative weight is counted where it is silent, and the sum must reach so much more.
 */
export function neuronList(
  { axons, neurons, sources, types, weights, crossings, leaks, thresholds }: ProbabilisticCore,
  j: number,
  closed: Uint8Array,
  theta: Float64Array,
  { on, off, size, degrees }: Places,
  into: Uint32Array,
  start: number,
) {
  let need = whole(theta[thresholds + j]) - whole(theta[leaks + j])
  let most = 0
  let bits = 0
  for (let i = 0; i < axons; i++) {
    if (closed[crossings + i * neurons + j] === 0 || sources[i] === SILENT) continue
    const s = weights[j * TYPES + types[i]]
    if (s < 0) need -= s
    most += Math.abs(s)
    bits |= Math.abs(s)
    degrees[sources[i]]++
  }
  // One more than the largest sum fits in, so that what cannot be reached is not reached.
  const planes = bitsOf(most + 1)
  let at = start
  for (let p = 0; p < planes; p++) {
    const count = at++
    if ((bits >> p) & 1) {
      for (let i = 0; i < axons; i++) {
        if (closed[crossings + i * neurons + j] === 0 || sources[i] === SILENT) continue
        const s = weights[j * TYPES + types[i]]
        if ((Math.abs(s) >> p) & 1) into[at++] = (s < 0 ? off : on) + sources[i] * size
      }
    }
    into[count] = at - count - 1
  }
  return { end: at, planes, need: Math.min(Math.max(need, 0), most + 1) }
}

/** Most entries that the lists of a core have: an axon stands in as many as its weight has bits. */
export function entries({ axons, neurons, types, weights }: ProbabilisticCore): number {
  let sum = 0
  for (let j = 0; j < neurons; j++) for (let i = 0; i < axons; i++) sum += ones(Math.abs(weights[j * TYPES + types[i]]))
  return sum
}

/** The nearest whole number, half up, as a core rounds. */
function whole(value: number): number {
  return Math.floor(value + 0.5)
}

/** Planes that hold the numbers up to n. */
export function bitsOf(n: number): number {
  return 32 - Math.clz32(n)
}

/** Bits that are 1. */
export function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
