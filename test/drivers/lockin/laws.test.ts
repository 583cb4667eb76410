import { afterAll, describe, it } from 'vitest'
import { contract } from '../../../src/testing/contract.ts'
import { type Model, opened } from './bench.ts'

/** Density of 40 uV per root hertz through 5/64T = 7.8 Hz: the noise of one reading, in V. */
const DENSITY = 40e-6
const NOISE = DENSITY * Math.sqrt(5 / 64 / 0.01)

for (const model of ['SR830', 'SR860'] as Model[]) {
  contract(
    `${model} driver on the emulated instrument`,
    async () => (await opened(model, { density: DENSITY, answersTo: 'gpib' }, { noise: NOISE })).machine,
    { describe, it, afterAll },
    { repeats: 6, slots: 8, reuse: true, centre: [1], spread: 0.5, skipped: () => {} },
  )
}
