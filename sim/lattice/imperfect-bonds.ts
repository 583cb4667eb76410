import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type Converter, convert } from '../converter.ts'
import type { Mechanics } from './mechanics.ts'

/** What is wrong with bonds from the day they were made. */
export interface BondFaults {
  /** Fixed deviation of every stiffness from what is asked for, relative. */
  readonly scatter: number
  /** Bonds that are torn: they hold nothing, and nothing can be read of them. */
  readonly broken: readonly number[]
  /** Bonds that do not answer to their parameter, with the stiffness they are stuck at, N/m. */
  readonly stuck: Readonly<Record<number, number>>
}

/** Bonds as they are made, one converter each: on its grid, scattered, stuck or torn. */
export function imperfectBonds(
  inner: Mechanics,
  faults: BondFaults,
  converters: readonly Converter[],
  seed: number,
): Mechanics {
  const count = inner.frame.bonds.length / 2
  const source = draws(seed, STREAM.bondScatter)
  const factor = Float64Array.from({ length: count }, (_, b) =>
    // A stiffness below zero would be no spring; at 10 % that is ten deviations away.
    faults.scatter === 0 ? 1 : Math.max(0.01, 1 + faults.scatter * source.normal(b)),
  )
  const stuck = new Map(Object.entries(faults.stuck).map(([bond, value]) => [Number(bond), value]))
  const broken = new Set(faults.broken)
  const made = new Float64Array(count)
  return {
    ...inner,
    stiffen(stiffness) {
      for (let b = 0; b < count; b++) {
        const held = stuck.get(b)
        made[b] = broken.has(b) ? 0 : (held ?? factor[b] * convert(stiffness[b], converters[b]))
      }
      inner.stiffen(made)
    },
    elongate(u, rows, e) {
      const most = inner.elongate(u, rows, e)
      for (const b of broken) for (let r = 0; r < rows; r++) e[r * count + b] = 0
      return most
    },
  }
}
