import type { Dof, LatticeGeometry } from '../../devices/index.ts'
import { latticeBody } from '../../sim/index.ts'
import type { TrainingCase, TrainingStep } from './lattice-case.ts'

/**
 * The step through the simulator, as a device sees it: store, a block of forward rows and one of adjoint rows, both with
 * the elongations of every bond, and their products. Row r has 1 + r / rows times the load, as in `trainingStep`.
 */
export function simulatorStep(name: string, given: TrainingCase, rows: number): TrainingStep {
  const { stiffness, load, target, bonds } = given
  const inputs = [...load.keys()].filter((d) => load[d] !== 0)
  const outputs = [...target.keys()].filter((d) => !Number.isNaN(target[d]))
  const body = latticeBody({
    geometry: geometryOf(given),
    inputs: inputs.map(dofOf),
    outputs: outputs.map(dofOf),
    stiffness: { min: 100, max: 175, step: 0 },
  })
  const drives = Float64Array.from(
    { length: rows * inputs.length },
    (_, n) => load[inputs[n % inputs.length]] * (1 + Math.floor(n / inputs.length) / rows),
  )
  const still = new Float64Array(drives.length)
  const loads = new Float64Array(rows * outputs.length)
  const seen = new Float64Array(rows * outputs.length)
  const [e, a] = [new Float64Array(rows * bonds), new Float64Array(rows * bonds)]
  const products = new Float64Array(bonds)
  const track = (data: Float64Array) => ({ kind: 'track', data, hold: 1 }) as const
  const step = (count: number) => {
    const [width, ports] = [inputs.length, outputs.length]
    body.store(stiffness)
    body.run({ slots: count, drive: track(drives.subarray(0, count * width)) }, seen, e)
    for (let n = 0; n < count * ports; n++) loads[n] = target[outputs[n % ports]] - seen[n]
    const block = {
      slots: count,
      drive: track(still.subarray(0, count * width)),
      load: track(loads.subarray(0, count * ports)),
    }
    body.run(block, seen, a)
    products.fill(0)
    for (let r = 0, n = 0; r < count; r++) for (let b = 0; b < bonds; b++, n++) products[b] += e[n] * a[n]
  }
  const group = Math.max(1, Math.round(2e5 / (bonds * (100 + 15 * rows))))
  return {
    name,
    work() {
      for (let n = 0; n < group; n++) step(rows)
      return group
    },
    products() {
      step(1)
      return products.slice()
    },
  }
}

function geometryOf({ topology }: TrainingCase): LatticeGeometry {
  const { positions, bonds, pinned, nodes } = topology
  return {
    name: 'bench',
    nodes: Array.from({ length: nodes }, (_, n) => ({ name: String(n), x: positions[2 * n], y: positions[2 * n + 1] })),
    bonds: Array.from({ length: bonds.length / 2 }, (_, b) => [bonds[2 * b], bonds[2 * b + 1]] as const),
    pins: Array.from({ length: nodes }, (_, node) => ({ node, axis: 'xy' as const })).filter(
      ({ node }) => pinned[2 * node] === 1,
    ),
  }
}

function dofOf(d: number): Dof {
  return { node: String(d >> 1), axis: d % 2 === 0 ? 'x' : 'y' }
}
