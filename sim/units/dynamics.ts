/** One unit on its own: x' = f(x). */
export interface UnitDynamics {
  readonly name: string
  readonly dimensions: number
  /** Adds nothing: fills the slopes at `to` from the state at `at`. */
  slope(x: Float64Array, at: number, into: Float64Array, to: number): void
  /** States to start from: the middle and the half width of each component. */
  readonly start: readonly (readonly [number, number])[]
}

/** The Lorenz system with its published parameters (Lorenz 1963). */
export function lorenz(sigma = 10, rho = 28, beta = 8 / 3): UnitDynamics {
  return {
    name: 'lorenz',
    dimensions: 3,
    start: [
      [0, 10],
      [0, 10],
      [25, 10],
    ],
    slope(x, at, into, to) {
      const [a, b, c] = [x[at], x[at + 1], x[at + 2]]
      into[to] = sigma * (b - a)
      into[to + 1] = a * (rho - c) - b
      into[to + 2] = a * b - beta * c
    },
  }
}

/** Chua's circuit with the cubic diode h(x) = (2 x^3 - x) / 7: alpha = 10, beta = 100 / 7, a double scroll. */
export function chua(alpha = 10, beta = 100 / 7): UnitDynamics {
  return chuaWith('chua', alpha, beta, (x) => (2 * x * x * x - x) / 7)
}

/** Chua's circuit with the diode of three straight pieces (Matsumoto 1984): alpha = 9, beta = 100 / 7, slopes 2/7 and -1/7. */
export function chuaPiecewise(alpha = 9, beta = 100 / 7, outer = 2 / 7, inner = -1 / 7): UnitDynamics {
  const clip = (x: number) => Math.max(-1, Math.min(1, x))
  return chuaWith('chua-piecewise', alpha, beta, (x) => outer * x + (inner - outer) * clip(x))
}

/** FitzHugh-Nagumo in its oscillating range: v' = v - v^3 / 3 - w + current, w' = epsilon (v + a - b w). */
export function fitzHughNagumo(current = 0.5, epsilon = 0.08, a = 0.7, b = 0.8): UnitDynamics {
  return {
    name: 'fitzhugh-nagumo',
    dimensions: 2,
    start: [
      [0, 2],
      [0.5, 1],
    ],
    slope(x, at, into, to) {
      const [v, w] = [x[at], x[at + 1]]
      into[to] = v - (v * v * v) / 3 - w + current
      into[to + 1] = epsilon * (v + a - b * w)
    },
  }
}

function chuaWith(name: string, alpha: number, beta: number, diode: (x: number) => number): UnitDynamics {
  return {
    name,
    dimensions: 3,
    start: [
      [0, 1.5],
      [0, 0.3],
      [0, 1.5],
    ],
    slope(x, at, into, to) {
      const [a, b, c] = [x[at], x[at + 1], x[at + 2]]
      into[to] = alpha * (b - diode(a))
      into[to + 1] = a - b + c
      into[to + 2] = -beta * b
    },
  }
}
