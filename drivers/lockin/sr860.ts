import { InsituError } from '../../src/errors.ts'
import { numbers } from './answers.ts'
import type { Condition, Dialect } from './dialect.ts'
import { choice, item, step, within } from './settings.ts'
import { SLOPES } from './settling.ts'
import { sr860Storage } from './sr860-storage.ts'

const MODEL = 'SR860'
const INPUTS = ['A', 'A-B', 'I 1 MOhm', 'I 100 MOhm'] as const

/** 1 V, 500 mV, 200 mV ... 1 nV, in the order of SCAL 0..27: the other way round than the SR830's. */
const SENSITIVITIES = Array.from({ length: 28 }, (_, i) => Number(`${[10, 5, 2][i % 3]}e-${1 + Math.floor(i / 3)}`))
/** 1 us, 3 us ... 30 ks, in the order of OFLT 0..21. */
const TIME_CONSTANTS = Array.from({ length: 22 }, (_, i) => Number(`${[1, 3][i % 2]}e${Math.floor(i / 2) - 6}`))
/** In the order of IRNG 0..4, V. */
const RANGES = [1, 0.3, 0.1, 0.03, 0.01] as const
const HIGHEST = 500e3

function condition(lias: number, esr: number): Condition {
  return {
    restarted: (esr & 0x80) !== 0,
    touched: (esr & 0x40) !== 0,
    refused: (esr & 0x3a) !== 0,
    overload: (lias & 0x10) !== 0 ? 'input' : (lias & 0x40) !== 0 ? 'filter' : (lias & 3) !== 0 ? 'output' : undefined,
    unlocked: (lias & 8) !== 0,
    shifted: false,
  }
}

/** The smallest input range that takes a sensitivity, by its place. */
function rangeFor(scale: number): (typeof RANGES)[number] {
  return RANGES.filter((range) => range >= SENSITIVITIES[scale]).at(-1) ?? RANGES[0]
}

/** SR860 family: line feeds, all answers of a line on one line, a blank before the first number and none before `?`. */
export const sr860: Dialect = {
  model: MODEL,
  end: '\n',
  joined: true,
  greeting: [],
  sensitivities: SENSITIVITIES,
  oscillator: { min: 0, max: 2, step: 1e-6 },
  aux: { min: -10.5, max: 10.5, step: 0.001, first: 0 },
  // Three at most: R says again what X and Y say, less sharply than with theta beside it.
  look: {
    query: 'SNAP? 0,1,2',
    shape: numbers(3),
    decode: ([x, y, r]) => ({ x, y, disagreement: Math.abs(r - Math.hypot(x, y)) }),
  },
  mostLias: 32767,
  condition,
  sensitivity(fullScale, inputRange) {
    const scale = step(MODEL, 'sensitivity', 'V', SENSITIVITIES, fullScale)
    if (inputRange !== undefined) return [item('SCAL', [scale])]
    return [item('IRNG', [RANGES.indexOf(rangeFor(scale))]), item('SCAL', [scale])]
  },
  plan(settings) {
    const { frequency = 1000, harmonic = 1, phase = 0, reference = 'internal', slope = 24 } = settings
    if (settings.reserve !== undefined || settings.lineFilter !== undefined)
      throw new InsituError('CONFIG', `${MODEL} has no reserve and no line filter; nothing was sent`, {
        hint: 'state an input range instead',
      })
    const input = choice(MODEL, 'input', INPUTS, settings.input ?? 'A')
    const current = input >= 2
    within(MODEL, 'harmonic', '', 1, 99, harmonic)
    within(MODEL, 'frequency', 'Hz', 0.001, HIGHEST, frequency)
    within(MODEL, 'frequency of detection', 'Hz', 0.001, HIGHEST, frequency * harmonic)
    const unit = current ? 1e-6 : 1
    const scales = SENSITIVITIES.map((volts) => volts * unit)
    const scale = step(MODEL, 'sensitivity', current ? 'A' : 'V', scales, settings.sensitivity)
    return [
      item('RSRC', [reference === 'internal' ? 0 : 1]),
      ...(reference === 'internal' ? [item('FREQ', [frequency])] : []),
      item('HARM', [harmonic]),
      item('PHAS', [within(MODEL, 'phase', 'deg', -180, 180, phase)]),
      item('IVMD', [current ? 1 : 0]),
      current ? item('ICUR', [input - 2]) : item('ISRC', [input]),
      item('ICPL', [choice(MODEL, 'coupling', ['AC', 'DC'], settings.coupling ?? 'AC')]),
      item('IGND', [choice(MODEL, 'ground', ['float', 'ground'], settings.ground ?? 'float')]),
      item('IRNG', [step(MODEL, 'input range', 'V', RANGES, settings.inputRange ?? rangeFor(scale))]),
      item('SCAL', [scale]),
      item('OFLT', [step(MODEL, 'time constant', 's', TIME_CONSTANTS, settings.timeConstant)]),
      item('OFSL', [step(MODEL, 'slope', 'dB/oct', SLOPES, slope)]),
      item('SYNC', [settings.synchronous ? 1 : 0]),
      // The sharper filter settles otherwise than poles do.
      item('ADVFILT', [0]),
      ...[0, 1, 2].flatMap((i) => [item('COFA', [0], i), item('CEXP', [0], i), item('CRAT', [0], i)]),
    ]
  },
  storage: sr860Storage(condition),
}
