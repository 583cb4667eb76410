import type { LatticeSpec } from '../../devices/lattice/index.ts'
import { InsituError } from '../../src/errors.ts'
import { complexSolve } from '../../src/reference/complex-solve.ts'
import { drawnBonds } from './bonds.ts'
import { finite } from './finite.ts'
import { linear } from './linear.ts'
import type { Mechanics } from './mechanics.ts'
import { dofNumbers, frameOf } from './topology.ts'

/** A loss that is minus the work of a load on the outputs, L = -f . u: its slope by the outputs is -f. */
export interface WorkLoss {
  /** Where it is loaded and read. */
  readonly spec: Pick<LatticeSpec, 'geometry' | 'inputs' | 'outputs'>
  /** Stiffness of every bond, N/m. */
  readonly stiffness: Float64Array
  /** Forces on the inputs and loads on the outputs, N. */
  readonly drive: Float64Array
  readonly load: Float64Array
}

/** dL/dk of every bond (m^2) for small displacements, from two solves with one factor. */
export function linearGradient(loss: WorkLoss): Float64Array {
  const { frame, force, load } = vectors(loss)
  const mechanics = linear(frame)
  mechanics.stiffen(loss.stiffness)
  const width = force.length
  const [pulls, both] = [new Float64Array(2 * width), new Float64Array(2 * width)]
  pulls.set(force)
  pulls.set(load, width)
  mechanics.settle(pulls, 2, 0, both)
  const count = loss.stiffness.length
  const e = new Float64Array(2 * count)
  mechanics.elongate(both, 2, e)
  return Float64Array.from({ length: count }, (_, b) => e[b] * e[count + b])
}

/**
 * The same about the loaded state of the lattice at finite strain: dL/dk_b = (l_b - a_b) (dl_b/du . v), K_t v = f.
 * Throws `NO_EQUILIBRIUM` where the loads find no rest, or one that the least push would leave.
 */
export function finiteGradient(loss: WorkLoss): Float64Array {
  const { frame, force, load } = vectors(loss)
  const mechanics = finite(frame)
  mechanics.stiffen(loss.stiffness)
  const u = new Float64Array(force.length)
  mechanics.settle(force, 1, 0, u)
  if (!mechanics.linearise(u)) throw unstable(loss)
  mechanics.respond(load, 1)
  const count = loss.stiffness.length
  const [e, a] = [new Float64Array(count), new Float64Array(count)]
  mechanics.elongate(u, 1, e)
  mechanics.stretch(u, load, a)
  return e.map((value, b) => value * a[b])
}

/** dL/dk by a complex step for small displacements, exact to rounding; dense, one solve per bond. */
export function complexStepGradient(loss: WorkLoss): Float64Array {
  const { frame, force, load } = vectors(loss)
  const { count, ends, direction } = drawnBonds(frame)
  const free = Array.from(frame.pinned.keys()).filter((d) => frame.pinned[d] === 0)
  const place = new Map(free.map((d, n) => [d, n]))
  const n = free.length
  /** Adds w t t^T of bond b. */
  const add = (into: Float64Array, b: number, w: number) => {
    const rows: [number, number][] = [0, 1].flatMap((end) =>
      [0, 1].flatMap((axis): [number, number][] => {
        const at = place.get(2 * ends[2 * b + end] + axis)
        return at === undefined ? [] : [[at, (end === 0 ? 1 : -1) * direction[2 * b + axis]]]
      }),
    )
    for (const [r, x] of rows) for (const [c, y] of rows) into[r * n + c] += w * x * y
  }
  const real = new Float64Array(n * n)
  for (let b = 0; b < count; b++) add(real, b, loss.stiffness[b])
  const f = Float64Array.from(free, (d) => force[d])
  const step = 1e-30
  return Float64Array.from({ length: count }, (_, b) => {
    const imaginary = new Float64Array(n * n)
    add(imaginary, b, step)
    const { im } = complexSolve(real.slice(), imaginary, f)
    return -free.reduce((sum, d, at) => sum + load[d] * im[at], 0) / step
  })
}

/** dL/dk by central differences of whole solves, each with a step of `relative` times its stiffness. */
export function differenceGradient(loss: WorkLoss, height: 'linear' | 'finite', relative = 3e-5): Float64Array {
  const { frame, force, load } = vectors(loss)
  const mechanics: Mechanics = height === 'linear' ? linear(frame) : finite(frame)
  const work = (stiffness: Float64Array) => {
    const u = new Float64Array(force.length)
    mechanics.stiffen(stiffness)
    mechanics.settle(force, 1, 0, u)
    return -u.reduce((sum, value, d) => sum + load[d] * value, 0)
  }
  return loss.stiffness.map((k, b) => {
    const [up, down] = [loss.stiffness.slice(), loss.stiffness.slice()]
    up[b] += relative * k
    down[b] -= relative * k
    return (work(up) - work(down)) / (up[b] - down[b])
  })
}

function unstable({ spec, drive }: WorkLoss): InsituError {
  const newtons = drive.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return new InsituError(
    'NO_EQUILIBRIUM',
    `lattice ${spec.geometry.name}: the tangent at this load, up to ${newtons} N on one input, is not positive definite: it has no gradient there`,
    { device: 'lattice', hint: 'it buckles or folds there; use smaller loads or stiffer bonds' },
  )
}

function vectors({ spec, drive, load }: WorkLoss) {
  const frame = frameOf(spec.geometry)
  const onNodes = (dofs: Int32Array, values: Float64Array) => {
    const into = new Float64Array(2 * frame.nodes)
    for (let n = 0; n < dofs.length; n++) into[dofs[n]] += values[n]
    return into
  }
  return {
    frame,
    force: onNodes(dofNumbers(spec.geometry, spec.inputs), drive),
    load: onNodes(dofNumbers(spec.geometry, spec.outputs), load),
  }
}
