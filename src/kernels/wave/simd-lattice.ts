import { loadKernel } from '../module.ts'
import { waveLatticeWasm } from '../wasm/waveLattice.ts'
import { bondCounts, type LatticeSpec } from './lattice.ts'
import { schedule } from './schedule.ts'
import type { Splitting, WaveStepper } from './state.ts'

interface Exports {
  run(head: number, steps: number): void
}

export interface StepperOptions {
  /** False leaves momentum and theta of a learning field that does not move by itself as they are, which is faster. */
  readonly action?: boolean
}

const HEAD = 1024
const TABLE = HEAD + 128
const WORDS = { rings: { across: 1, along: 2 }, kind: { sine: 1, cubic: 2 } } as const
const G = 80

/** Steps of a lattice in WebAssembly, two sites at a time; the bits of `driftLattice` and `kickLattice`. */
export function latticeStepper(
  spec: LatticeSpec,
  splitting: Splitting,
  step: number,
  { action = true }: StepperOptions = {},
): WaveStepper {
  const { rows, columns, onsite, g, alpha, beta, learn, inertia } = spec
  const { across, along } = bondCounts(spec)
  const times = schedule(splitting, step)
  const moving = inertia !== Number.POSITIVE_INFINITY
  const learning = action || moving
  // An even number of sites, the ghost behind the last one, and what is loaded with it.
  const stride = 2 * Math.ceil(columns / 2) + 2
  const bytes = 8 * rows * stride
  let end = TABLE + 8 * times.length
  const take = (size: number) => {
    const at = Math.ceil(end / 64) * 64
    end = at + size
    return at
  }
  // The two kinds of bonds lie one behind the other.
  const [qAt, pAt, rightAt] = [take(bytes), take(bytes), take(2 * bytes)]
  const [sitesAt, momentumAt, firstAt, upAt] = [take(bytes), take(2 * bytes), take(8 * stride), take(8 * stride)]
  const kernel = loadKernel<Exports>(waveLatticeWasm)
  kernel.reserve(end + 64)
  const { f64, u32 } = kernel
  f64.set(times, TABLE / 8)
  f64.set([g, alpha, beta, inertia], (HEAD + G) / 8)
  const bonds = learn === 'bonds'
  u32.set(
    [
      splitting.kick.length,
      TABLE,
      rows,
      columns,
      8 * stride,
      (across === columns ? WORDS.rings.across : 0) + (along === rows ? WORDS.rings.along : 0),
      (onsite === 'sine' ? WORDS.kind.sine : 0) + (alpha !== 0 || beta !== 0 ? WORDS.kind.cubic : 0),
      learning ? (bonds ? 1 : 2) : 0,
      ...[qAt, pAt, rightAt, rightAt + bytes, sitesAt, bonds ? rightAt : sitesAt, momentumAt],
      bonds ? 2 * bytes : bytes,
      ...[firstAt, upAt],
      moving ? 1 : 0,
    ],
    HEAD / 4,
  )
  const sites = (at: number) => region(f64, at, rows, columns, stride)
  const springs = (at: number) => {
    const [east, south] = [region(f64, at, rows, across, stride), region(f64, at + bytes, along, columns, stride)]
    return {
      put: (from: Float64Array, start: number) => south.put(from, east.put(from, start)),
      get: (into: Float64Array, start: number) => south.get(into, east.get(into, start)),
    }
  }
  const [q, p] = [sites(qAt), sites(pAt)]
  const theta = bonds ? springs(rightAt) : sites(sitesAt)
  const momentum = bonds ? springs(momentumAt) : sites(momentumAt)
  if (bonds) sites(sitesAt).put(spec.sites, 0)
  else springs(rightAt).put(spec.bonds, 0)
  return {
    run(states, steps) {
      for (const state of states) {
        q.put(state.q, 0)
        p.put(state.p, 0)
        theta.put(state.theta, 0)
        if (learning) momentum.put(state.momentum, 0)
        kernel.exports.run(HEAD, steps)
        q.get(state.q, 0)
        p.get(state.p, 0)
        if (moving) theta.get(state.theta, 0)
        if (learning) momentum.get(state.momentum, 0)
      }
    },
  }
}

/** `rows` rows of `width` numbers, `stride` apart in the memory and close together in a list; both give where the list goes on. */
function region(f64: Float64Array, at: number, rows: number, width: number, stride: number) {
  const views = Array.from({ length: rows }, (_, r) => f64.subarray(at / 8 + r * stride, at / 8 + r * stride + width))
  return {
    put(from: Float64Array, start: number): number {
      for (const view of views) {
        view.set(views.length === 1 && from.length === width ? from : from.subarray(start, start + width))
        start += width
      }
      return start
    },
    get(into: Float64Array, start: number): number {
      for (const view of views) {
        into.set(view, start)
        start += width
      }
      return start
    },
  }
}
