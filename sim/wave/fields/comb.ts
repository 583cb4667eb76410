import { pullTurnComb, turnComb } from '../../../src/kernels/wave/comb.ts'
import { fft } from '../../../src/kernels/wave/fft.ts'
import type { WaveState } from '../../../src/kernels/wave/state.ts'
import type { WaveField } from '../field.ts'
import { checkOptions, type Rules } from './check.ts'
import { NO_SCATTER, scattered } from './scatter.ts'

export interface CombOptions {
  /** Lines of each of the two combs, a power of two. */
  readonly lines: number
  /** Strength of the four-wave mixing chi; default 0.05. */
  readonly chi?: number
  /** Detuning of line j is dispersion * j^2 / 2, j counted from the pump; default 0.5. */
  readonly dispersion?: number
}

const RULES: Rules<CombOptions> = { lines: 'power', chi: 'number', dispersion: 'number' }

/**
 * Two frequency combs in one Kerr microring, evaluation and learning field (López-Pastor and Marquardt, follow-up).
 *
 * H = 2 chi Re sum G_psi,k G_theta,k* + chi sum |G_psi,k|^2 + chi sum |G_theta,k|^2 + sum w_j (|psi_j|^2 + |theta_j|^2),
 * G_k = sum_j phi_j* phi_(j+k), lines counted round the ring of the transform: line n is j = n, or n - lines from the half
 * on. In angle space H is chi times the mean of (|psi|^2 + |theta|^2)^2, which is solved exactly by a phase. Without the
 * loss to the coupler, which `loss` adds.
 */
export function combs(options: CombOptions, scatter = NO_SCATTER): WaveField {
  const { lines, chi = 0.05, dispersion = 0.5 } = options
  checkOptions('combs', options, RULES)
  const disorder = scattered(scatter, 2 * lines)
  const line = (n: number) => (n < lines / 2 ? n : n - lines)
  const detuning = (n: number, of: 0 | 1) => (dispersion * line(n) ** 2) / 2 + disorder[of * lines + n]
  const psi = Float64Array.from({ length: lines }, (_, n) => detuning(n, 0))
  const theta = Float64Array.from({ length: lines }, (_, n) => detuning(n, 1))
  const transform = fft(lines)
  // The transform to angles carries 1 / lines, which the mean of the squared density makes up for.
  const strength = chi * lines * lines
  const toAngles = (state: WaveState) => {
    transform.inverse(state.q, state.p)
    transform.inverse(state.theta, state.momentum)
  }
  const toLines = (state: WaveState) => {
    transform.forward(state.q, state.p)
    transform.forward(state.theta, state.momentum)
  }
  const copy = ({ q, p, theta, momentum }: WaveState): WaveState => ({
    q: q.slice(),
    p: p.slice(),
    theta: theta.slice(),
    momentum: momentum.slice(),
  })
  const turnLines = (state: WaveState, time: number) => {
    turn(state.q, state.p, psi, time)
    turn(state.theta, state.momentum, theta, time)
  }
  return {
    name: 'combs',
    modes: lines,
    params: lines,
    scattered: 2 * lines,
    bracket: 0.5,
    learning: 'modes',
    grid: { rows: 1, columns: lines },
    energy(state) {
      const angles = copy(state)
      toAngles(angles)
      let sum = 0
      for (let n = 0; n < lines; n++) {
        sum += lines ** 3 * chi * density(angles, n) ** 2
        sum += psi[n] * (state.q[n] ** 2 + state.p[n] ** 2) + theta[n] * (state.theta[n] ** 2 + state.momentum[n] ** 2)
      }
      return sum
    },
    rate(state, into) {
      const angles = copy(state)
      toAngles(angles)
      for (let n = 0; n < lines; n++) {
        const own = 2 * strength * density(angles, n)
        into.q[n] = own * angles.p[n]
        into.p[n] = -own * angles.q[n]
        into.theta[n] = own * angles.momentum[n]
        into.momentum[n] = -own * angles.theta[n]
      }
      toLines(into)
      for (let n = 0; n < lines; n++) {
        into.q[n] += psi[n] * state.p[n]
        into.p[n] -= psi[n] * state.q[n]
        into.theta[n] += theta[n] * state.momentum[n]
        into.momentum[n] -= theta[n] * state.theta[n]
      }
    },
    drift: turnLines,
    kick(state, time) {
      toAngles(state)
      turnComb(strength, state, time)
      toLines(state)
    },
    pullDrift(before, time, slope, byScatter) {
      turnLines(slope, -time)
      if (byScatter === undefined) return
      // Turned together, slope and state keep their angle: what the line's turn does may be asked in front of it.
      for (let n = 0; n < lines; n++) {
        byScatter[n] += time * (slope.q[n] * before.p[n] - slope.p[n] * before.q[n])
        byScatter[lines + n] += time * (slope.theta[n] * before.momentum[n] - slope.momentum[n] * before.theta[n])
      }
    },
    pullKick(before, time, slope) {
      const angles = copy(before)
      toAngles(angles)
      toAngles(slope)
      pullTurnComb(strength, angles, time, slope)
      toLines(slope)
    },
  }
}

function density({ q, p, theta, momentum }: WaveState, n: number): number {
  return q[n] ** 2 + p[n] ** 2 + theta[n] ** 2 + momentum[n] ** 2
}

/** z *= exp(-i time w), line by line. */
function turn(re: Float64Array, im: Float64Array, w: Float64Array, time: number): void {
  for (let n = 0; n < re.length; n++) {
    const c = Math.cos(w[n] * time)
    const s = Math.sin(w[n] * time)
    const [x, y] = [re[n], im[n]]
    re[n] = c * x + s * y
    im[n] = c * y - s * x
  }
}
