import { cos, sin } from './sincos.ts'
import type { WaveState } from './state.ts'

/**
 * The Kerr phase of two fields that share a ring, in angle space: both are multiplied by exp(-2 i time chi (|psi|^2 +
 * |theta|^2)), with psi = q + i p and theta + i momentum.
 */
export function turnComb(chi: number, { q, p, theta, momentum }: WaveState, time: number): void {
  for (let i = 0; i < q.length; i++) {
    const angle = 2 * time * chi * (q[i] * q[i] + p[i] * p[i] + (theta[i] * theta[i] + momentum[i] * momentum[i]))
    const c = cos(angle)
    const s = sin(angle)
    const [x, y, u, v] = [q[i], p[i], theta[i], momentum[i]]
    q[i] = c * x + s * y
    p[i] = c * y - s * x
    theta[i] = c * u + s * v
    momentum[i] = c * v - s * u
  }
}

/** The transposed Jacobian of `turnComb` at `before`, applied to `slope` in place. */
export function pullTurnComb(chi: number, before: WaveState, time: number, slope: WaveState): void {
  for (let i = 0; i < before.q.length; i++) {
    const [x, y, u, v] = [before.q[i], before.p[i], before.theta[i], before.momentum[i]]
    const angle = 2 * time * chi * (x * x + y * y + (u * u + v * v))
    const c = Math.cos(angle)
    const s = Math.sin(angle)
    const [a, b, d, e] = [slope.q[i], slope.p[i], slope.theta[i], slope.momentum[i]]
    // How a turned point moves with the angle is (turned im, -turned re).
    const byAngle = a * (c * y - s * x) - b * (c * x + s * y) + (d * (c * v - s * u) - e * (c * u + s * v))
    const each = byAngle * 4 * time * chi
    slope.q[i] = c * a - s * b + each * x
    slope.p[i] = c * b + s * a + each * y
    slope.theta[i] = c * d - s * e + each * u
    slope.momentum[i] = c * e + s * d + each * v
  }
}
