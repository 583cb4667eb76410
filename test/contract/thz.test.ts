import { afterAll, describe, it } from 'vitest'
import { thzEncoder, thzImager } from '../../sim/index.ts'
import { contract } from '../../src/testing/index.ts'

const runner = { describe, it, afterAll }
const quiet = { skipped: () => {} }
/** A smooth object of 8 x 8 cells. */
const object = Float64Array.from({ length: 64 }, (_, n) => 0.5 + 0.5 * Math.sin(n))

contract(
  'thz-imager 4x4, ideal, two zones a side',
  () => thzImager({ pixels: 4, object, maxSlots: 512, zones: 2 }),
  runner,
  quiet,
)
contract(
  'thz-imager 4x4, a single mode behind carriers',
  () => thzImager({ pixels: 4, object, maxSlots: 512, preset: 'annealed', detector: { mode: 'single-mode' } }),
  runner,
  quiet,
)
contract('thz-imager 4x4, bench', () => thzImager({ pixels: 4, object, maxSlots: 512, preset: 'bench' }), runner, quiet)

for (const [preset, differential] of [
  ['ideal', true],
  ['bench', true],
  ['reference', false],
] as const)
  contract(
    `thz-encoder 3x3, 3 patterns, ${preset}`,
    () => thzEncoder({ pixels: 3, patterns: 3, maxSlots: 512, preset, differential }),
    runner,
    // Off the ends of what single patterns can be.
    differential ? quiet : { ...quiet, centre: [0.5] },
  )
