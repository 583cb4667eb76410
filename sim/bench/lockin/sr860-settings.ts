import { real, type Setting, setting, whole } from './settings.ts'

/** Full scales of SCAL 0..27, in V: from 1 V down. */
export const SR860_SENSITIVITIES: readonly number[] = Array.from({ length: 28 }, (_, i) =>
  Number(`${[10, 5, 2][i % 3]}e-${1 + Math.floor(i / 3)}`),
)

/** Time constants of OFLT 0..21, in seconds. */
export const SR860_TIME_CONSTANTS: readonly number[] = Array.from({ length: 22 }, (_, i) =>
  Number(`${[1, 3][i % 2]}e${Math.floor(i / 2) - 6}`),
)

/** Voltage ranges of IRNG 0..4, in V. */
export const SR860_RANGES: readonly number[] = [1, 0.3, 0.1, 0.03, 0.01]

/** Its table of settings with the values after *RST; not that of the SR830. */
export const SR860_SETTINGS: readonly Setting[] = [
  setting('PHAS', 0, real(-360000, 360000, 1e-7)),
  setting('FREQ', 100000, real(0.001, 500000, 0)),
  setting('HARM', 1, whole(1, 99)),
  setting('SLVL', 0, real(0, 2, 1e-9)),
  setting('SOFF', 0, real(-5, 5, 1e-4)),
  setting('REFM', 0, whole(0, 1)),
  setting('RSRC', 0, whole(0, 3)),
  setting('RTRG', 0, whole(0, 2)),
  setting('REFZ', 0, whole(0, 1)),
  setting('IVMD', 0, whole(0, 1)),
  setting('ISRC', 0, whole(0, 1)),
  setting('ICPL', 0, whole(0, 1)),
  setting('IGND', 0, whole(0, 1)),
  setting('IRNG', 0, whole(0, 4)),
  setting('ICUR', 0, whole(0, 1)),
  setting('SCAL', 0, whole(0, 27)),
  setting('OFLT', 10, whole(0, 21)),
  setting('OFSL', 3, whole(0, 3)),
  setting('SYNC', 0, whole(0, 1)),
  setting('ADVFILT', 1, whole(0, 1)),
  { name: 'CDSP', index: [0, 3], fields: [whole(0, 16)], initial: [0] },
  { name: 'COUT', index: [0, 1], fields: [whole(0, 1)], initial: [0] },
  { name: 'CEXP', index: [0, 2], fields: [whole(0, 2)], initial: [0] },
  { name: 'COFA', index: [0, 2], fields: [whole(0, 1)], initial: [0] },
  { name: 'COFP', index: [0, 2], fields: [real(-999.99, 999.99, 0.01)], initial: [0] },
  { name: 'CRAT', index: [0, 2], fields: [whole(0, 1)], initial: [0] },
  { name: 'AUXV', index: [0, 3], fields: [real(-10.5, 10.5, 0.001)], initial: [0] },
  setting('CAPTURELEN', 256, whole(1, 4096)),
  setting('CAPTURECFG', 0, whole(0, 3)),
  setting('CAPTURERATE', 0, whole(0, 20)),
  setting('*PSC', 1, whole(0, 1)),
]
