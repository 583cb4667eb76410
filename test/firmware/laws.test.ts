import { afterAll, describe, it } from 'vitest'
import { firmwareTwin } from '../../sim/firmware/index.ts'
import { contract } from '../../src/testing/index.ts'

const runner = { describe, it, afterAll }

contract('firmware twin 2-2-1', () => firmwareTwin(), runner)
contract('firmware twin 4-5-3 tanh', () => firmwareTwin({ layers: [4, 5, 3], activation: 'tanh' }), runner)
// With parameters of volts on 49 inputs every neuron would sit at an end of its range.
contract('firmware twin 49-4-4 relu', () => firmwareTwin({ layers: [49, 4, 4], activation: 'relu' }), runner, {
  spread: 0.01,
})
