import { grayDigits } from './gray-digits.ts'
import type { EncoderTask } from './task.ts'

/**
 * Digits as scenes before a THz encoder: one pattern for each class, and the answer is the pattern that reads most. No image is
 * formed, and nothing comes after the detector.
 */
export const digitsEncoder: EncoderTask = {
  machine: { pixels: 8, patterns: 10 },
  settings: {
    gain: 24,
    amplitude: 0.1,
    codesPerSample: 8,
    samplesPerUpdate: 64,
    rate: 0.05,
    lastRate: 0.005,
    reads: 600_000,
  },
  load: (seed) => grayDigits(seed, 'transmissions of an amplitude'),
}
