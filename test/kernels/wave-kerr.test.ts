import { expect, it } from 'vitest'
import { kerrCavities } from '../../sim/wave/fields/cavity.ts'
import { leapfrog, yoshida4 } from '../../sim/wave/splitting.ts'
import { bothWays } from './wave-states.ts'

it.each([
  [4, 4, -2, 0.04],
  [4, 4, 60, 0.04],
  [3, 5, 1, 0.02],
  [8, 7, -1, 0.02],
  [1, 6, -2, 0.04],
  [2, 1, -2, 0.04],
])(
  'steps of %i x %i cavities with g = %d in WebAssembly are the plain loop’s, bit for bit',
  (rows, columns, g, step) => {
    for (const splitting of [leapfrog, yoshida4]) {
      const field = kerrCavities({ rows, columns, g }, { size: 0.1, normal: Math.sin })
      const stepper = field.stepper?.(splitting, step)
      if (stepper === undefined) throw new Error('no compiled steps')
      const { seen, wanted } = bothWays(field, stepper, splitting, step, 31)
      expect(seen).toEqual(wanted)
      expect(seen[0].theta.every(Number.isFinite)).toBe(true)
      expect(seen[0].q).not.toEqual(seen[1].q)
    }
  },
)
