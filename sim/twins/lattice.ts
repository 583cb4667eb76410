import type { LatticeSpec } from '../../devices/lattice/index.ts'
import type { Twin, TwinBank, TwinPoint } from '../../src/twins/twin.ts'
import { dofNumbers, frameOf } from '../lattice/topology.ts'
import { finiteStatics, linearStatics } from './lattice-statics.ts'

export interface LatticeTwinOptions {
  /** Small displacements (default), or bonds that turn and stretch as they move; the latter solves anew for every row. */
  readonly strain?: 'linear' | 'finite'
  /** Deviation of a bond's stiffness from what is asked for, relative; default 0.1. */
  readonly scatter?: number
  /** Deviation of the angle at which a load pulls, rad; default 0, which leaves the angles out of the twin. */
  readonly misalignment?: number
}

/** Least factor of a bond, as in the simulator: a spring pushes nothing apart. */
const LEAST = 0.01

/**
 * A lattice of springs as a model to differentiate: K(k) u = f with the stiffness k_b = factor_b theta_b of every bond, readings
 * the displacements of the outputs.
 *
 * Its own parameters: `factor` (1) of every bond, what it was made like; `angle` (rad) of every input, from the axis of its force
 * towards the other axis of its node, where `misalignment` is positive. Slopes by reciprocity: with the cotangent c as a load on
 * the outputs and its answer v about the loaded state, d(c . sense) / d k_b = -e_b(u) e_b(v). With `local` measured (the
 * elongations of all bonds, m), e_b(u) is what was read; one that is NaN is worked out. Throws `MECHANISM` and `NO_EQUILIBRIUM` as
 * the simulator does. Source: Li and Mao (2024).
 *
 * Theta and forces being known in N/m and N, no direction is left open by itself, but one setting gives at most inputs x outputs
 * numbers: factors of a larger lattice need several thetas. A bond between pinned nodes, or one that no load reaches, has no say.
 */
export function latticeTwin(
  spec: Pick<LatticeSpec, 'geometry' | 'inputs' | 'outputs'>,
  options: LatticeTwinOptions = {},
): Twin {
  const { strain = 'linear', scatter = 0.1, misalignment = 0 } = options
  const frame = frameOf(spec.geometry)
  const count = spec.geometry.bonds.length
  const inputs = dofNumbers(spec.geometry, spec.inputs)
  const outputs = dofNumbers(spec.geometry, spec.outputs)
  const known = scatter === 0
  const straight = misalignment === 0
  const banks: readonly TwinBank[] = [
    ...(known ? [] : [{ name: 'factor', width: count, unit: '1', start: 1, spread: scatter }]),
    ...(straight ? [] : [{ name: 'angle', width: inputs.length, unit: 'rad', start: 0, spread: misalignment }]),
  ]
  const angleAt = known ? 0 : count
  const loaded = [...new Set([...inputs].flatMap((d) => (straight ? [d] : [d, d ^ 1])))]
  const statics = strain === 'finite' ? finiteStatics(frame, outputs) : linearStatics(frame, loaded, outputs)
  const width = 2 * frame.nodes
  const stiffness = new Float64Array(count)
  const forces = new Float64Array(width)
  const rest = new Float64Array(width)
  const answer = new Float64Array(width)
  const loads = new Float64Array(outputs.length)
  const elongation = new Float64Array(count)
  const stretch = new Float64Array(count)
  const byStiffness = new Float64Array(count)
  const along = new Float64Array(inputs.length)
  const across = new Float64Array(inputs.length)

  const prepare = ({ theta, parameters }: TwinPoint) => {
    for (let b = 0; b < count; b++) stiffness[b] = theta[b] * (known ? 1 : Math.max(LEAST, parameters[b]))
    for (let n = 0; n < inputs.length; n++) {
      const angle = straight ? 0 : parameters[angleAt + n]
      along[n] = Math.cos(angle)
      across[n] = Math.sin(angle)
    }
    statics.stiffen(stiffness)
  }
  const settle = (drive: Float64Array, at: number) => {
    for (const d of loaded) forces[d] = 0
    for (let n = 0; n < inputs.length; n++) {
      forces[inputs[n]] += along[n] * drive[at + n]
      if (!straight) forces[inputs[n] ^ 1] += across[n] * drive[at + n]
    }
    statics.rest(forces, rest)
  }
  return {
    name: `lattice ${spec.geometry.name}, ${strain} strain`,
    width: { theta: count, drive: inputs.length, sense: outputs.length },
    banks,
    state: { facet: 'local', width: count },
    forward(point, sense) {
      prepare(point)
      for (let r = 0; r < point.rows; r++) {
        settle(point.drive, r * inputs.length)
        for (let o = 0; o < outputs.length; o++) sense[r * outputs.length + o] = rest[outputs[o]]
      }
    },
    vjp(point, { state }, cotangent, into) {
      const { theta, drive, parameters } = point
      const { theta: byTheta, drive: byDrive, parameters: byOwn } = into
      prepare(point)
      byStiffness.fill(0)
      byOwn?.fill(0)
      for (let r = 0; r < point.rows; r++) {
        settle(drive, r * inputs.length)
        statics.elongation(elongation)
        if (state !== undefined) {
          for (let b = 0; b < count; b++) {
            const read = state[r * count + b]
            if (!Number.isNaN(read)) elongation[b] = read
          }
        }
        for (let o = 0; o < outputs.length; o++) loads[o] = cotangent[r * outputs.length + o]
        statics.respond(loads, answer)
        statics.stretch(answer, stretch)
        for (let b = 0; b < count; b++) byStiffness[b] -= elongation[b] * stretch[b]
        for (let n = 0; n < inputs.length; n++) {
          const [a, c] = [answer[inputs[n]], answer[inputs[n] ^ 1]]
          const at = r * inputs.length + n
          if (byDrive !== undefined) byDrive[at] = along[n] * a + across[n] * c
          if (byOwn !== undefined && !straight) byOwn[angleAt + n] += drive[at] * (along[n] * c - across[n] * a)
        }
      }
      for (let b = 0; b < count; b++) {
        const factor = known ? 1 : Math.max(LEAST, parameters[b])
        if (byTheta !== undefined) byTheta[b] = factor * byStiffness[b]
        if (byOwn !== undefined && !known) byOwn[b] = parameters[b] > LEAST ? theta[b] * byStiffness[b] : 0
      }
    },
  }
}
