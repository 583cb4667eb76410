import type { LatticeSpec } from '../../devices/lattice/index.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type Converter, convert } from '../converter.ts'
import { dofNumbers } from './topology.ts'

/** Where values of a port act: a degree of freedom, and how much of each value goes along and across it. */
interface Port {
  readonly dof: Int32Array
  readonly along: Float64Array
  readonly across: Float64Array
  readonly converter: Converter
}

/** Puts drive and load rows on the nodes as forces; a misaligned load also pulls across its axis. */
export class Forces {
  readonly #drive: Port
  readonly #load: Port

  constructor(
    spec: LatticeSpec,
    converters: { drive: Converter; load: Converter },
    misalignment: number,
    seed: number,
  ) {
    const source = draws(seed, STREAM.loadAngle)
    const port = (dof: Int32Array, converter: Converter, first: number): Port => {
      const angle = Array.from(dof, (_, n) => (misalignment === 0 ? 0 : misalignment * source.normal(first + n)))
      return { dof, along: Float64Array.from(angle, Math.cos), across: Float64Array.from(angle, Math.sin), converter }
    }
    this.#drive = port(dofNumbers(spec.geometry, spec.inputs), converters.drive, 0)
    this.#load = port(dofNumbers(spec.geometry, spec.outputs), converters.load, spec.inputs.length)
  }

  /** Axes that the drive acts on, and those that only loads act on. */
  axes(): readonly (readonly number[])[] {
    const known = new Set<number>()
    return [this.#drive, this.#load].map(({ dof, across }) => {
      const axes = [...dof].flatMap((d, n) => (across[n] === 0 ? [d] : [d, d ^ 1])).filter((d) => !known.has(d))
      for (const d of axes) known.add(d)
      return [...new Set(axes)]
    })
  }

  /**
   * Writes the forces (2 per node) of one row of drive, and of load where there is one, over those of an earlier row: only
   * axes that forces act on are touched.
   */
  compose(
    drive: Float64Array,
    driveAt: number,
    load: Float64Array | undefined,
    loadAt: number,
    into: Float64Array,
  ): void {
    clear(this.#drive, into)
    clear(this.#load, into)
    put(this.#drive, drive, driveAt, into)
    if (load !== undefined) put(this.#load, load, loadAt, into)
  }
}

function clear({ dof }: Port, into: Float64Array): void {
  for (const d of dof) {
    into[d] = 0
    into[d ^ 1] = 0
  }
}

function put({ dof, along, across, converter }: Port, values: Float64Array, at: number, into: Float64Array): void {
  for (let n = 0; n < dof.length; n++) {
    const newtons = convert(values[at + n], converter)
    into[dof[n]] += along[n] * newtons
    // The other axis of the same node.
    if (across[n] !== 0) into[dof[n] ^ 1] += across[n] * newtons
  }
}
