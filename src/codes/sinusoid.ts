import { permutation } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'
import { threefry2x32 } from '../random/threefry.ts'
import type { CodeSource } from './source.ts'

export const SINE_SIZE = 1024
export const SINE_FULL_SCALE = 32767

/** One turn of a sine in whole numbers, sampled in the middle of each of its 1024 steps. */
export function sineTable(): Int16Array {
  return Int16Array.from({ length: SINE_SIZE }, (_, n) =>
    Math.round(SINE_FULL_SCALE * Math.sin((2 * Math.PI * (n + 0.5)) / SINE_SIZE)),
  )
}

/** A tone per parameter, 0.1 to 0.4 cycles per code index, evenly spaced and shuffled ("FDMA" in the MGD papers). */
export function sinusoidCode(seed: number, paramCount: number): CodeSource {
  const lowest = Math.floor(0.1 * 2 ** 32)
  const spacing = Math.floor((0.3 * 2 ** 32) / paramCount)
  const order = permutation(seed, STREAM.sinusoidFrequency, paramCount)
  const frequency = Uint32Array.from({ length: paramCount }, (_, i) => lowest + spacing * order(i))
  const pair = new Uint32Array(2)
  const phase = Uint32Array.from({ length: paramCount }, (_, i) => {
    threefry2x32(seed, STREAM.sinusoidPhase, i, 0, pair)
    return pair[0]
  })
  const table = Float64Array.from(sineTable(), (t) => t / SINE_FULL_SCALE)
  return {
    family: 'sinusoid',
    paramCount,
    length: Number.POSITIVE_INFINITY,
    fill(k, into) {
      for (let i = 0; i < paramCount; i++) into[i] = table[(Math.imul(frequency[i], k) + phase[i]) >>> 22]
    },
  }
}
