import { afterAll, describe, it } from 'vitest'
import { contract } from '../../../src/testing/contract.ts'
import { opened } from './bench.ts'

/** Density of 40 uV per root hertz through 5/64T = 7.8 Hz: the noise of one reading, in V. */
const DENSITY = 40e-6
const NOISE = DENSITY * Math.sqrt(5 / 64 / 0.01)

// The laws of the SR860 are asked of the imager that it is half of, in imager.test.ts.
contract(
  'SR830 driver on the emulated instrument',
  async () => (await opened('SR830', { density: DENSITY, answersTo: 'gpib' }, { noise: NOISE })).machine,
  { describe, it, afterAll },
  { repeats: 3, slots: 8, reuse: true, centre: [1], spread: 0.5, skipped: () => {} },
)
