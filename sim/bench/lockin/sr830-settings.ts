import { real, type Setting, setting, whole } from './settings.ts'

/** Full scales of SENS 0..26, in V; for a current input the same in uA. */
export const SR830_SENSITIVITIES: readonly number[] = Array.from({ length: 27 }, (_, i) =>
  Number(`${[2, 5, 10][i % 3]}e${Math.floor(i / 3) - 9}`),
)

/** Time constants of OFLT 0..19, in seconds. */
export const SR830_TIME_CONSTANTS: readonly number[] = Array.from({ length: 20 }, (_, i) =>
  Number(`${[1, 3][i % 2]}e${Math.floor(i / 2) - 5}`),
)

/** The published table with the values after *RST. */
export const SR830_SETTINGS: readonly Setting[] = [
  setting('PHAS', 0, real(-360, 729.99, 0.01)),
  setting('FMOD', 1, whole(0, 1)),
  setting('FREQ', 1000, real(0.001, 102000, 0)),
  setting('RSLP', 0, whole(0, 2)),
  setting('HARM', 1, whole(1, 19999)),
  setting('SLVL', 1, real(0.004, 5, 0.002)),
  setting('ISRC', 0, whole(0, 3)),
  setting('IGND', 0, whole(0, 1)),
  setting('ICPL', 0, whole(0, 1)),
  setting('ILIN', 0, whole(0, 3)),
  setting('SENS', 26, whole(0, 26)),
  setting('RMOD', 1, whole(0, 2)),
  setting('OFLT', 8, whole(0, 19)),
  setting('OFSL', 1, whole(0, 3)),
  setting('SYNC', 0, whole(0, 1)),
  { name: 'DDEF', index: [1, 2], fields: [whole(0, 4), whole(0, 2)], initial: [0, 0] },
  { name: 'FPOP', index: [1, 2], fields: [whole(0, 1)], initial: [1] },
  { name: 'OEXP', index: [1, 3], fields: [real(-105, 105, 0.01), whole(0, 2)], initial: [0, 0] },
  { name: 'AUXV', index: [1, 4], fields: [real(-10.5, 10.5, 0.001)], initial: [0] },
  setting('OUTX', 0, whole(0, 1)),
  setting('OVRM', 0, whole(0, 1)),
  setting('KCLK', 1, whole(0, 1)),
  setting('ALRM', 1, whole(0, 1)),
  setting('LOCL', 0, whole(0, 2)),
  setting('SRAT', 4, whole(0, 14)),
  setting('SEND', 1, whole(0, 1)),
  setting('TSTR', 0, whole(0, 1)),
  setting('FAST', 0, whole(0, 2)),
  setting('*PSC', 1, whole(0, 1)),
]

/** What *RST leaves alone. */
export const SR830_KEPT: readonly string[] = ['OUTX', '*PSC']
