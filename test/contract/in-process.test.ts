import { afterAll, describe, it } from 'vitest'
import { CHIP_PRESETS, firmwareTwin, mgdChip, spikingLayerSimulator } from '../../sim/index.ts'
import { contract } from '../../src/testing/index.ts'
import { Toy } from './toy.ts'

/** Every stack that needs no line. */
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
      imperfections: { leakSeconds: 1, readDrift: 1e-3, readNoise: 1e-3, gainDrift: 1e-3 },
    }),
  runner,
)

contract('firmware twin 4-5-3', () => firmwareTwin({ layers: [4, 5, 3] }), runner)
contract('firmware twin 2-2-1, tanh', () => firmwareTwin({ layers: [2, 2, 1], activation: 'tanh' }), runner)
// 49 inputs add up: smaller weights keep the outputs within the range of the converters.
contract('firmware twin 49-4-4, relu', () => firmwareTwin({ layers: [49, 4, 4], activation: 'relu' }), runner, {
  spread: 0.02,
})

for (const preset of ['ideal', 'analog']) {
  const layer = { inputs: 5, neurons: 3, spikesPerInput: 2, spikesPerNeuron: 2, preset, maxSlots: 512 }
  // Positive weights about a single spike's worth: every neuron fires, and its times can be compared.
  const weights = { min: 0, max: 2, step: preset === 'ideal' ? 0 : 1 / 64, safe: 0 }
  const make = () => spikingLayerSimulator({ ...layer, imperfections: { weights } })
  contract(`spiking layer, preset ${preset}`, make, runner, { spread: 0.5, skipped: () => {} })
}

contract('toy', () => new Toy(), runner)
contract('toy with steps', () => new Toy({ step: 2 ** -9 }), runner)
contract('toy with seeded noise', () => new Toy({ noise: 0.01 }), runner)
contract('toy that takes its time', () => new Toy({ delay: 3 }), runner)
contract('toy on a bench: noise that no seed repeats', fresh(), runner)
contract('toy, one instance for all laws', () => new Toy({ step: 2 ** -9 }), runner, { reuse: true })

/** Every machine has another seed, as hardware would. */
function fresh(): () => Toy {
  let seed = 0
  return () => new Toy({ noise: 0.01, repeatable: false, seed: ++seed })
}
