import { stackLayout } from '../../../devices/index.ts'
import { grayDigits } from './gray-digits.ts'
import type { CoreTask } from './task.ts'

/** Ticks of a presentation: counts of 16 ticks average what one tick leaves to chance. */
const TICKS = 16

/** Passes over the training rows. */
const EPOCHS = 40

/** Digits on two cores: every pixel is a line that spikes with its brightness, every class 25 neurons whose spikes count. */
export const digitsCore: CoreTask = {
  machine: (seed) => ({ network: stackLayout({ lines: 64, classes: 10, seed }), ticks: TICKS }),
  settings: {
    boundary: 'zero',
    batch: 50,
    rate: 0.02,
    regulariser: 0,
    reads: EPOCHS * 1258,
  },
  load: (seed) => grayDigits(seed, 'spike probabilities'),
}
