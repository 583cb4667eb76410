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

const sheetLaw = { law: 'sheet', depth: 0.5, saturation: 4, collision: 0 } as const
contract(
  'thz-imager 4x4, carriers and a single mode',
  () =>
    thzImager({
      pixels: 4,
      object: object.subarray(0, 64),
      maxSlots: 512,
      modulator: sheetLaw,
      detector: {
        mode: 'single-mode',
        noise: 1e-4,
        flicker: 1e-5,
        sourceRate: 1e-3,
        sourceFlicker: 1e-4,
        offset: 0.01,
      },
    }),
  runner,
  quiet,
)
