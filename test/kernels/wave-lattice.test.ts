import { describe, expect, it } from 'vitest'
import { latticeField } from '../../sim/wave/fields/lattice.ts'
import { leapfrog, yoshida4 } from '../../sim/wave/splitting.ts'
import { bondCounts, type LatticeSpec } from '../../src/kernels/wave/lattice.ts'
import { latticeStepper } from '../../src/kernels/wave/simd-lattice.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { bothWays, cloned, drawnState } from './wave-states.ts'

const PHI4 = { onsite: 'phi4', g: 0.5, alpha: 0, beta: 0 } as const
const KINDS = {
  'phi-4': PHI4,
  'sine-Gordon': { ...PHI4, onsite: 'sine' },
  fput: { ...PHI4, g: 0, alpha: 0.25, beta: 0.1 },
} as const

function lattice(
  rows: number,
  columns: number,
  own: Partial<LatticeSpec> & Pick<LatticeSpec, 'ends'>,
  kind: keyof typeof KINDS = 'phi-4',
): LatticeSpec {
  const { right, down } = bondCounts({ rows, columns, ends: own.ends })
  const values = draws(4, STREAM.testInputs)
  const sites = fillUniform(values, 0.5, 1.5, new Float64Array(rows * columns))
  const bonds = fillUniform(values, 0.5, 1.5, new Float64Array(right + down))
  return { rows, columns, sites, bonds, learn: 'bonds', inertia: Number.POSITIVE_INFINITY, ...KINDS[kind], ...own }
}

const SHAPES = [
  [1, 2],
  [1, 3],
  [1, 16],
  [1, 33],
  [2, 2],
  [3, 5],
  [6, 4],
  [5, 1],
] as const

describe('lattice steps in WebAssembly are the plain loop’s, bit for bit', () => {
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[])
    for (const learn of ['bonds', 'sites'] as const)
      for (const ends of ['open', 'ring'] as const)
        it.each(SHAPES)(`${kind}, ${learn} learn, ${ends}, %i x %i`, (rows, columns) => {
          for (const [inertia, splitting] of [
            [Number.POSITIVE_INFINITY, leapfrog],
            [20, yoshida4],
          ] as const) {
            const spec = lattice(rows, columns, { learn, ends, inertia }, kind)
            const stepper = latticeStepper(spec, splitting, 0.05)
            const { seen, wanted } = bothWays(latticeField(kind, spec), stepper, splitting, 0.05, 21)
            expect(seen).toEqual(wanted)
            expect(seen[0].q.every(Number.isFinite)).toBe(true)
            expect(seen[0].momentum).not.toEqual(seen[1].momentum)
          }
        })
})

it('a stepper without the action leaves the learning field alone and moves the wave the same', () => {
  const spec = lattice(1, 24, { ends: 'open' })
  const start = drawnState(latticeField('phi-4', spec), 5)
  const [seen, wanted] = [cloned(start), cloned(start)]
  latticeStepper(spec, leapfrog, 0.05, { action: false }).run([seen], 30)
  latticeStepper(spec, leapfrog, 0.05).run([wanted], 30)
  expect(seen.q).toEqual(wanted.q)
  expect(seen.p).toEqual(wanted.p)
  expect(seen.theta).toEqual(start.theta)
  expect(seen.momentum).toEqual(start.momentum)
  expect(wanted.momentum).not.toEqual(start.momentum)
})

it('no steps change nothing, and steps in two calls are not those of one call only by the joined drift', () => {
  const spec = lattice(1, 24, { ends: 'ring' })
  const start = drawnState(latticeField('phi-4', spec), 6)
  const stepper = latticeStepper(spec, leapfrog, 0.05)
  const [none, once, twice] = [cloned(start), cloned(start), cloned(start)]
  stepper.run([none], 0)
  expect(none).toEqual(start)
  stepper.run([once], 10)
  stepper.run([twice], 4)
  stepper.run([twice], 6)
  twice.q.forEach((value, i) => {
    expect(Math.abs(value - once.q[i])).toBeLessThan(1e-13)
  })
})
