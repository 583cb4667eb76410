import { InsituError } from '../../src/errors.ts'
import { numbers } from './answers.ts'
import type { Condition, Dialect, Look } from './dialect.ts'
import { choice, item, step, within } from './settings.ts'
import { SLOPES } from './settling.ts'
import { sr830Storage } from './sr830-storage.ts'

const MODEL = 'SR830'
const INPUTS = ['A', 'A-B', 'I 1 MOhm', 'I 100 MOhm'] as const
const RESERVES = ['high', 'normal', 'low noise'] as const
const LINE_FILTERS = ['none', 'line', '2x line', 'both'] as const

/** 2, 5, 10 ... from 2 nV to 1 V, in the order of SENS 0..26. */
const SENSITIVITIES = Array.from({ length: 27 }, (_, i) => Number(`${[2, 5, 10][i % 3]}e${Math.floor(i / 3) - 9}`))
/** 10 us, 30 us ... 30 ks, in the order of OFLT 0..19. */
const TIME_CONSTANTS = Array.from({ length: 20 }, (_, i) => Number(`${[1, 3][i % 2]}e${Math.floor(i / 2) - 5}`))
/** Above this detection frequency in Hz the filter goes no further than so many seconds. */
const SLOW_LIMIT = { hertz: 200, seconds: 30 }
const HIGHEST = 102000

/** X, Y, R and theta say the same thing twice: R and theta are made from X and Y 10 us later. */
function look([x, y, r, theta]: readonly number[]): Look {
  const angle = (theta * Math.PI) / 180
  return { x, y, disagreement: Math.hypot(x - r * Math.cos(angle), y - r * Math.sin(angle)) }
}

function condition(lias: number, esr: number): Condition {
  return {
    restarted: (esr & 0x80) !== 0,
    touched: (esr & 0x40) !== 0,
    refused: (esr & 0x35) !== 0,
    overload: (lias & 1) !== 0 ? 'input' : (lias & 2) !== 0 ? 'filter' : (lias & 4) !== 0 ? 'output' : undefined,
    unlocked: (lias & 8) !== 0,
    shifted: (lias & 0x30) !== 0,
  }
}

/** SR830 on RS-232: carriage returns, one answer to a line, `OUTX 0` before anything is asked. */
export const sr830: Dialect = {
  model: MODEL,
  end: '\r',
  joined: false,
  greeting: ['OUTX 0'],
  sensitivities: SENSITIVITIES,
  oscillator: { min: 0.004, max: 5, step: 0.002 },
  aux: { min: -10.5, max: 10.5, step: 0.001, first: 1 },
  look: { query: 'SNAP?1,2,3,4', shape: numbers(4), decode: look },
  mostLias: 127,
  condition,
  sensitivity: (fullScale) => [item('SENS', [step(MODEL, 'sensitivity', 'V', SENSITIVITIES, fullScale)])],
  plan(settings) {
    const { frequency = 1000, harmonic = 1, phase = 0, reference = 'internal', slope = 24 } = settings
    const input = choice(MODEL, 'input', INPUTS, settings.input ?? 'A')
    const detected = frequency * within(MODEL, 'harmonic', '', 1, 19999, harmonic)
    within(MODEL, 'frequency', 'Hz', 0.001, HIGHEST, frequency)
    within(MODEL, 'frequency of detection', 'Hz', 0.001, HIGHEST, detected)
    const filter = step(MODEL, 'time constant', 's', TIME_CONSTANTS, settings.timeConstant)
    if (detected > SLOW_LIMIT.hertz && settings.timeConstant > SLOW_LIMIT.seconds)
      throw new InsituError(
        'LIMIT',
        `${MODEL}: time constant of ${settings.timeConstant} s at ${detected} Hz; above ${SLOW_LIMIT.hertz} Hz it goes up to ${SLOW_LIMIT.seconds} s; nothing was sent`,
      )
    if (settings.inputRange !== undefined)
      throw new InsituError('CONFIG', `${MODEL} has no input range, it has a reserve; nothing was sent`)
    const unit = input >= 2 ? 1e-6 : 1
    return [
      item('FMOD', [reference === 'internal' ? 1 : 0]),
      ...(reference === 'internal' ? [item('FREQ', [frequency])] : []),
      item('HARM', [harmonic]),
      item('PHAS', [within(MODEL, 'phase', 'deg', -180, 180, phase)]),
      item('ISRC', [input]),
      item('ICPL', [choice(MODEL, 'coupling', ['AC', 'DC'], settings.coupling ?? 'AC')]),
      item('IGND', [choice(MODEL, 'ground', ['float', 'ground'], settings.ground ?? 'float')]),
      item('ILIN', [choice(MODEL, 'line filter', LINE_FILTERS, settings.lineFilter ?? 'none')]),
      item('SENS', [
        step(
          MODEL,
          'sensitivity',
          unit === 1 ? 'V' : 'A',
          SENSITIVITIES.map((v) => v * unit),
          settings.sensitivity,
        ),
      ]),
      item('RMOD', [choice(MODEL, 'reserve', RESERVES, settings.reserve ?? 'normal')]),
      item('OFLT', [filter]),
      item('OFSL', [step(MODEL, 'slope', 'dB/oct', SLOPES, slope)]),
      item('SYNC', [settings.synchronous ? 1 : 0]),
      // Nothing taken off, nothing multiplied, displays as they are: readings mean what they say.
      ...[1, 2, 3].map((i) => item('OEXP', [0, 0], i)),
      ...[1, 2].map((i) => item('DDEF', [0, 0], i)),
    ]
  },
  storage: sr830Storage(condition),
}
