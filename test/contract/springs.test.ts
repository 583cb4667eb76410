import { afterAll, describe, it } from 'vitest'
import { contract } from '../../src/testing/index.ts'
import { Springs, type SpringsOptions } from './springs.ts'

const runner = { describe, it, afterAll }

contract('springs', () => new Springs(), runner)
contract('springs with steps', () => new Springs({ stepped: true }), runner)
contract('springs with seeded noise', () => new Springs({ noise: 4e-6 }), runner)
contract('springs with steps and seeded noise', () => new Springs({ stepped: true, noise: 4e-6 }), runner)
contract('springs, noise that no seed repeats', fresh(), runner)
contract('springs with a broken gauge', () => new Springs({ blind: 2, noise: 4e-6 }), runner)
contract('springs that lose local readings', () => new Springs({ lost: 0.1 }), runner)
contract('springs that lose local readings, with seeded noise', () => new Springs({ lost: 0.5, noise: 4e-6 }), runner)
contract('springs that lose local readings, noise that no seed repeats', fresh({ lost: 0.5 }), runner)
contract(
  'springs with a broken gauge and others that lose readings, noise that no seed repeats',
  fresh({ lost: 0.1, blind: 2 }),
  runner,
)
contract('springs that take their time and generate codes', () => new Springs({ delay: 2, coded: true }), runner)
contract('springs, one instance for all laws', () => new Springs({ stepped: true }), runner, { reuse: true })

/** Every machine has another seed, as hardware would. */
function fresh(options: SpringsOptions = {}): () => Springs {
  let seed = 0
  return () => new Springs({ ...options, noise: 4e-6, repeatable: false, seed: ++seed })
}
