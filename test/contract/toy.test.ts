import { afterAll, describe, it } from 'vitest'
import { contract } from '../../src/testing/index.ts'
import { Toy } from './toy.ts'

const runner = { describe, it, afterAll }

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
