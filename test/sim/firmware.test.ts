import { expect, test } from 'vitest'
import { uniformTheta } from '../../devices/index.ts'
import { firmwareTwin, mgdChip } from '../../sim/index.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/**
 * Largest error of one neuron's answer in counts of 2^-14 V, and its slope. Sigmoid: linear interpolation over 1/16 V
 * (0.77 counts), the table's rounding (0.5) and a floor (1); tanh is twice that; relu floors once.
 */
const NEURON = {
  sigmoid: { error: 2.27, slope: 1 / 4 },
  tanh: { error: 4.54, slope: 1 },
  relu: { error: 1, slope: 1 },
} as const

/** The bound through all layers for weights up to 1 V: every product is floored to an eighth of a count. */
function bound(layers: readonly number[], activation: keyof typeof NEURON): number {
  const { error, slope } = NEURON[activation]
  return layers.slice(0, -1).reduce((before, inputs) => error + slope * inputs * (1 / 8 + before), 0)
}

const SLOTS = 200

test.each([
  [[2, 2, 1], 'sigmoid'],
  [[4, 5, 3], 'sigmoid'],
  [[4, 5, 3], 'tanh'],
  [[4, 5, 3], 'relu'],
  [[49, 4, 4], 'sigmoid'],
] as const)('the firmware is the chip of the simulator within its rounding, %j %s', async (layers, activation) => {
  const spec = { layers, activation }
  // The simulated converters are the firmware's, so that both start from the same whole counts.
  const [chip, twin] = [mgdChip({ ...spec, preset: 'firmware' }), firmwareTwin(spec)]
  const outputs = layers[2]
  const data = fillUniform(draws(1, STREAM.testInputs), -1, 1, new Float64Array(SLOTS * layers[0]))
  // Whole DAC counts: the firmware rounds parameter and amplitude apart, the simulated converter their sum.
  const step = 2 ** -11
  const amplitudes = [200, 100, 200, 100].map((count) => count * step)
  const code = { kind: 'code', family: 'random', seed: 3, first: 0, amplitudes, hold: 1, pairing: 'opposite' } as const
  const block = { slots: SLOTS, drive: { kind: 'track', data, hold: 1 }, delta: code } as const
  const [exact, whole] = [new Float64Array(SLOTS * outputs), new Float64Array(SLOTS * outputs)]
  // Rectified signals stay below the 2 V at which the firmware holds them between layers too.
  const reach = activation === 'relu' ? 0.3 : 0.9
  const theta = uniformTheta(spec, -reach, reach, 2).map((v) => Math.round(v / step) * step)
  for (const [machine, into] of [
    [chip, exact],
    [twin, whole],
  ] as const) {
    await machine.store(theta)
    await machine.measure(block, into)
  }
  const worst = Math.max(...exact.map((y, n) => Math.abs(y - whole[n]))) * 2 ** 14
  // Half a count more: the simulated converter rounds its reading.
  expect(worst).toBeLessThan(bound(layers, activation) + 0.5)
  expect(new Set(whole).size).toBeGreaterThan(SLOTS / 4)
})
