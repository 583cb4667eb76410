import { afterAll, describe, it } from 'vitest'
import { contract } from '../../src/testing/index.ts'
import { Waves, type WavesOptions } from './waves.ts'

const runner = { describe, it, afterAll }
const quiet = () => {}
/** Injections that stand out of noise are too large to be small; differences of noisy readings are no better. */
const noisy = { echo: { injection: 0.05, relative: 0.02, returns: 1e-9 }, repeats: 16, skipped: quiet }

contract('waves', () => new Waves(), runner)
contract('waves of complex modes with a learning field', () => new Waves({ learning: 0.5 }), runner, { skipped: quiet })
contract('waves with steps', () => new Waves({ stepped: true }), runner, {
  echo: { injection: 0.05, relative: 0.01 },
  skipped: quiet,
})
contract('waves with friction', () => new Waves({ learning: 1, loss: 0.01 }), runner, {
  echo: { returns: 0.2, relative: 0.05 },
  skipped: quiet,
})
contract('waves with seeded noise', () => new Waves({ learning: 1, noise: 1e-5 }), runner, noisy)
contract('waves, noise that no seed repeats', fresh({ learning: 1 }), runner, noisy)
contract('waves of one frame that take their time', () => new Waves({ maxFrames: 1, delay: 1 }), runner, {
  skipped: quiet,
})

/** Every machine has another seed, as hardware would. */
function fresh(options: WavesOptions = {}): () => Waves {
  let seed = 0
  return () => new Waves({ ...options, noise: 1e-5, repeatable: false, seed: ++seed })
}
