import { loadKernel } from '../module.ts'
import { waveLatticeWasm } from '../wasm/waveLattice.ts'
import { bondCounts, type LatticeSpec } from './lattice.ts'
import { schedule } from './schedule.ts'
import type { Splitting, WaveStepper } from './state.ts'

interface Exports {
  run(head: number, steps: number): void
  copy(head: number, list: number, to: number, rows: number, width: number, back: number): void
}

export interface StepperOptions {
  /** False leaves the momentum of a learning field that does not move by itself as it is, which is faster; default true. */
  readonly action?: boolean
}

const HEAD = 1024
const G = 56
const TABLE = HEAD + 128
const VECTOR = 16
/** Places in a record of two sites, see assembly/waveLattice.ts. */
const PLACE = { q: 0, p: 16, right: 32, sites: 48, down: 64 } as const

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
  const bonds = learn === 'bonds'
  const moving = inertia !== Number.POSITIVE_INFINITY
  const learning = action || moving
  const half = Math.ceil(columns / 2)
  const momentum = rows > 1 ? PLACE.down + VECTOR : PLACE.down
  const record = momentum + (learning ? (bonds && rows > 1 ? 2 * VECTOR : VECTOR) : 0)
  let end = TABLE + times.byteLength
  const take = (size: number) => {
    const at = Math.ceil(end / 64) * 64
    end = at + size
    return at
  }
  const row = (half + 1) * record
  const [records, first, up] = [take(rows * row), take(row), take((half + 1) * VECTOR)]
  const longest = Math.max(rows * columns, spec.bonds.length)
  const list = take(8 * longest)
  const kernel = loadKernel<Exports>(waveLatticeWasm)
  kernel.reserve(end)
  const { f64, u32, exports } = kernel
  // The last site of a row is in the upper half, except where it is the only one.
  const last = columns === 1 ? 0 : (columns - 1 - half) * record + 8
  const rings = (across === columns ? 1 : 0) + (along === rows ? 2 : 0)
  const kind = (onsite === 'sine' ? 1 : 0) + (alpha !== 0 || beta !== 0 ? 2 : 0)
  const wanted = learning ? (bonds ? 1 : 2) : 0
  u32.set([splitting.kick.length, TABLE, rows, half, last, rings, kind, wanted, rows > 1 ? 1 : 0], HEAD / 4)
  u32.set([records, first, up, moving ? 1 : 0, columns % 2], HEAD / 4 + 9)
  f64.set([g, alpha, beta, inertia], (HEAD + G) / 8)
  f64.set(times, TABLE / 8)

  const lists = new Map<number, Float64Array>()
  const view = (length: number) => {
    const known = lists.get(length) ?? f64.subarray(list / 8, list / 8 + length)
    lists.set(length, known)
    return known
  }
  /** A list whose numbers belong to the places, so many rows of so many each. */
  const region = (...parts: readonly (readonly [place: number, rows: number, width: number])[]) => {
    const each = (back: number) => {
      let at = list
      for (const [place, count, width] of parts) {
        exports.copy(HEAD, at, place, count, width, back)
        at += 8 * count * width
      }
    }
    return {
      put(from: Float64Array) {
        view(from.length).set(from)
        each(0)
      },
      get(into: Float64Array) {
        each(1)
        into.set(view(into.length))
      },
    }
  }
  const sites = (place: number) => region([place, rows, columns])
  const springs = (right: number, down: number) => region([right, rows, across], [down, along, columns])
  const [q, p] = [sites(PLACE.q), sites(PLACE.p)]
  const [k, w] = [springs(PLACE.right, PLACE.down), sites(PLACE.sites)]
  const theta = bonds ? k : w
  const moment = bonds ? springs(momentum, momentum + VECTOR) : sites(momentum)
  if (bonds) w.put(spec.sites)
  else k.put(spec.bonds)
  return {
    run(states, steps) {
      for (const state of states) {
        q.put(state.q)
        p.put(state.p)
        theta.put(state.theta)
        if (learning) moment.put(state.momentum)
        exports.run(HEAD, steps)
        q.get(state.q)
        p.get(state.p)
        if (moving) theta.get(state.theta)
        if (learning) moment.get(state.momentum)
      }
    },
  }
}
