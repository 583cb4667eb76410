import { afterAll, describe, it } from 'vitest'
import { CHIP_PRESETS, mgdChip } from '../../sim/index.ts'
import { contract } from '../../src/testing/index.ts'

const runner = { describe, it, afterAll }

for (const preset of Object.keys(CHIP_PRESETS)) {
  contract(`mgd-chip 4-5-3, preset ${preset}`, () => mgdChip({ layers: [4, 5, 3], preset, maxSlots: 1024 }), runner)
}

contract('mgd-chip 2-2-1, tanh', () => mgdChip({ layers: [2, 2, 1], activation: 'tanh', maxSlots: 512 }), runner)
contract('mgd-chip 49-4-4, relu', () => mgdChip({ layers: [49, 4, 4], activation: 'relu', maxSlots: 512 }), runner)
contract(
  'mgd-chip 4-5-3 that leaks and drifts, plain loop',
  () =>
    mgdChip({
      layers: [4, 5, 3],
      maxSlots: 512,
      slotSeconds: 1e-3,
      engine: 'oracle',
      imperfections: { leakSeconds: 1, readDrift: 1e-3, readNoise: 1e-3 },
    }),
  runner,
)
