import { joined } from '../../sim/state.ts'
import type { WaveField } from '../../sim/wave/field.ts'
import { kerrCavities } from '../../sim/wave/fields/cavity.ts'
import { latticeField } from '../../sim/wave/fields/lattice.ts'
import { emptyState, leapfrog, plainStepper, reverse } from '../../sim/wave/splitting.ts'
import { bondCounts, type LatticeSpec } from '../../src/kernels/wave/lattice.ts'
import { latticeStepper } from '../../src/kernels/wave/simd-lattice.ts'
import type { WaveStepper } from '../../src/kernels/wave/state.ts'
import type { Contender } from './measure.ts'

/** A contender that can also say what comes out of its work from the start. */
export interface Answering extends Contender {
  answer(): Float64Array
}

export interface WaveCase {
  readonly kind: 'chain' | 'grid' | 'cavity' | 'fft'
  /** What the peers read. */
  readonly numbers: readonly number[]
  /** WebAssembly first, the plain loop second, then others; the first two give the same bits. */
  readonly contenders: readonly [Answering, Answering, ...Answering[]]
  readonly unit: string
}

const STEP = 0.05
const G = 0.5

/** A phi-4 lattice: one row with open ends, or several closed to rings. */
export function latticeCase(rows: number, columns: number, steps: number): WaveCase {
  const ends = rows === 1 ? 'open' : 'ring'
  const sites = rows * columns
  const { right, down } = bondCounts({ rows, columns, ends })
  const stiffness = Array.from({ length: 2 * sites }, (_, i) => 1 + 0.1 * ((i * 5) % 7))
  const start = Array.from({ length: sites }, (_, i) => (0.5 * ((i * 7) % 11)) / 11)
  const spec: LatticeSpec = {
    ...{ rows, columns, ends, onsite: 'phi4', g: G, alpha: 0, beta: 0, learn: 'bonds' },
    sites: new Float64Array(sites).fill(1),
    bonds: Float64Array.from(stiffness.slice(0, right + down)),
    inertia: Number.POSITIVE_INFINITY,
  }
  const field = latticeField('phi-4', spec)
  const contender = (name: string, stepper: WaveStepper, count: number): Answering => {
    const state = emptyState(field)
    const begin = () => {
      state.q.set(start)
      state.p.fill(0)
      state.theta.set(spec.bonds)
    }
    begin()
    return {
      name,
      work() {
        stepper.run([state], count)
        return count * sites
      },
      answer() {
        begin()
        stepper.run([state], steps)
        return joined(state.q, state.p)
      },
    }
  }
  const bare = latticeStepper(spec, leapfrog, STEP, { action: false })
  return {
    kind: rows === 1 ? 'chain' : 'grid',
    numbers: [rows, columns, steps, STEP, G, ...start, ...start.map(() => 0), ...stiffness, ...start.map(() => 1)],
    contenders: [
      contender('WebAssembly', bare, steps),
      contender('plain TypeScript', plainStepper(field, leapfrog, STEP), Math.ceil(steps / 20)),
      contender('WebAssembly, with the action', latticeStepper(spec, leapfrog, STEP), steps),
    ],
    unit: 'site updates/s',
  }
}

const CAVITY = { step: 0.04, steps: 500, hopping: 10, coupling: 0.3, g: -2, eta: 1e-4, mass: 1 / 300, target: 0.32 }

/** One averaged step of the Kerr cavity array: launch, echo, decay with (eta, m), and again with both signs turned. */
export function cavityCase(): WaveCase {
  const { step, steps, hopping, coupling, g, eta, mass, target } = CAVITY
  const field = kerrCavities({ hopping, coupling, g })
  const inputs = [0.64, -0.64, 0, 0]
  const theta = Array.from({ length: field.params }, (_, i) => 0.25 * Math.cos(2.4 * i))
  const averaged = (name: string, stepper: WaveStepper): Answering => {
    const state = emptyState(field)
    const once = () => {
      for (const sign of [1, -1]) {
        state.q.set(inputs)
        state.p.fill(0)
        stepper.run([state], steps)
        // psi - i eta dC/dpsi*, C = |psi - target|^2.
        const [q, p] = [state.q[3], state.p[3]]
        state.q[3] += sign * eta * p
        state.p[3] -= sign * eta * (q - target)
        reverse(state)
        stepper.run([state], steps)
        reverse(state)
        for (let i = 0; i < theta.length; i++) state.theta[i] += state.momentum[i] / (sign * mass)
        state.momentum.fill(0)
      }
    }
    const begin = () => {
      state.theta.set(theta)
      state.momentum.fill(0)
    }
    return {
      name,
      work() {
        begin()
        once()
        return 1
      },
      answer() {
        begin()
        once()
        return state.theta.slice()
      },
    }
  }
  return {
    kind: 'cavity',
    numbers: [step, steps, hopping, coupling, g, eta, mass, target, ...theta, ...inputs],
    contenders: [
      averaged('WebAssembly', compiled(field, step)),
      averaged('plain TypeScript', plainStepper(field, leapfrog, step)),
    ],
    unit: 'averaged steps/s',
  }
}

function compiled(field: WaveField, step: number): WaveStepper {
  const stepper = field.stepper?.(leapfrog, step)
  if (stepper === undefined) throw new Error(`${field.name} has no compiled steps`)
  return stepper
}
