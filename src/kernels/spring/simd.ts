import { compileSharing, sharedMemory } from '../module.ts'
import { springFactorWasm } from '../wasm/springFactor.ts'
import { springSolveWasm } from '../wasm/springSolve.ts'
import type { SpringEngine } from './engine.ts'
import { type Plan, WORD } from './plan.ts'

interface Factor {
  factor(head: number, tolerance: number, definite: number): number
}

interface Solve {
  solve(head: number, rows: number, wide: number): void
  loose(head: number, front: number): void
}

const factorKernel = compileSharing<Factor>(springFactorWasm)
const solveKernel = compileSharing<Solve>(springSolveWasm)

/** Below this address the modules may keep data of their own. */
const BASE = 4096
/** Vectors that the wide solve takes at a time, and from how many on it is used: it costs less than three single ones. */
const WIDE = 8
const WIDE_FROM = 3

/** A memory with everything a plan needs in its place. */
function place(plan: Plan) {
  let end = BASE
  const take = (bytes: number) => {
    const at = end
    end = Math.ceil((end + bytes) / 64) * 64
    return at
  }
  const dofs = plan.held.length
  const words = (list: Int32Array) => [take(list.byteLength), list] as const
  const head = take(128)
  const tables = [plan.fronts, plan.rows, plan.places, plan.children, plan.terms, plan.zeros, plan.order, plan.held]
  const [fronts, rows, places, children, terms, zeros, order, held] = tables.map(words)
  const panels = take(8 * plan.panels)
  const updates = take(8 * plan.updates)
  const inverse = take(8 * dofs)
  const least = take(8 * dofs)
  const scaled = take(8 * plan.panel)
  const local = take(Math.max(128 * plan.height, 128))
  const vectors = take(8 * WIDE * dofs)
  const blocks = take(24 * plan.bonds)
  const diagonal = take(16 * plan.nodes)
  const rhs = take(16 * WIDE * plan.nodes)
  /** The kernels share the first sixteen words; the rest is the factor's or the solve's. */
  const heads = { factor: head, solve: take(128) }
  const memory = sharedMemory(end)
  const { u32 } = memory
  for (const [at, list] of [fronts, rows, places, children, terms, zeros, order, held]) u32.set(list, at / 4)
  const shared = [fronts[0], plan.count, rows[0], places[0], children[0], terms[0], zeros[0], order[0], held[0]]
  const arrays = [panels, updates, inverse, least, scaled, local, vectors]
  u32.set([...shared, ...arrays, blocks, diagonal], heads.factor / 4)
  u32.set([...shared, ...arrays, dofs / 2, plan.nodes, rhs], heads.solve / 4)
  return { ...memory, heads, inverse, vectors, blocks, diagonal, rhs }
}

const DIAGONAL = 17

/** The same as `springOracle`, bit for bit, in WebAssembly SIMD. Every solver has a memory of its own. */
export function springSimd(plan: Plan): SpringEngine {
  const { f64, u32, join, heads, inverse, vectors, blocks, diagonal, rhs } = place(plan)
  const { factor } = join(factorKernel)
  const { solve, loose } = join(solveKernel)
  const size = 2 * plan.nodes
  return {
    factor(given, extra, tolerance, definite) {
      f64.set(given, blocks / 8)
      if (extra !== undefined) f64.set(extra, diagonal / 8)
      u32[heads.factor / 4 + DIAGONAL] = extra === undefined ? 0 : diagonal
      return factor(heads.factor, tolerance, definite ? 1 : 0)
    },
    solve(vector, rows) {
      for (let r = 0; r < rows; ) {
        const wide = rows - r >= WIDE_FROM
        const count = wide ? Math.min(WIDE, rows - r) : 1
        const part = vector.subarray(r * size, (r + count) * size)
        f64.set(part, rhs / 8)
        solve(heads.solve, count, wide ? 1 : 0)
        part.set(f64.subarray(rhs / 8, rhs / 8 + count * size))
        r += count
      }
    },
    loose(dof, into) {
      let front = plan.count - 1
      while (2 * plan.fronts[front * WORD.size + WORD.first] > dof) front--
      const [first, columns] = [plan.fronts[front * WORD.size], plan.fronts[front * WORD.size + WORD.columns]]
      f64.fill(0, inverse / 8 + dof, inverse / 8 + 2 * (first + columns))
      f64.fill(0, vectors / 8, vectors / 8 + plan.held.length)
      f64[vectors / 8 + dof] = 1
      loose(heads.solve, front)
      into.fill(0)
      for (let d = 0; d < plan.held.length; d++) into[2 * plan.order[d >> 1] + (d & 1)] = f64[vectors / 8 + d]
    },
  }
}
