import { afterAll, describe, it } from 'vitest'
import { thzEncoder, thzImager } from '../../sim/index.ts'
import { contract } from '../../src/testing/index.ts'

const runner = { describe, it, afterAll }
const quiet = { skipped: () => {} }
const object = Float64Array.from({ length: 256 }, (_, n) => ((n * 7) % 11) / 11)

contract('thz-imager 8x8, ideal', () => thzImager({ pixels: 8, object, maxSlots: 512, zones: 2 }), runner, quiet)
contract(
  'thz-encoder 4x4, 3 patterns, ideal',
  () => thzEncoder({ pixels: 4, patterns: 3, maxSlots: 512 }),
  runner,
  quiet,
)
