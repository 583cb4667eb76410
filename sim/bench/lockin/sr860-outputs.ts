import { action, question, refuse } from './commands-common.ts'
import type { Core, Handler } from './core.ts'
import { OUTPUT_LIMIT } from './detector.ts'
import { general } from './numbers.ts'
import { numbersOf, Refused, rounded, whole } from './settings.ts'
import { SR860_RANGES, SR860_SENSITIVITIES } from './sr860-settings.ts'

/** Equivalent noise bandwidth of one to four RC poles, in units of 1 / T. */
const ENBW = [1 / 4, 1 / 8, 3 / 32, 5 / 64] as const
const LAST = 16

/** Full scale in V, or A for a current input. */
export function fullScale({ settings }: Core): number {
  return SR860_SENSITIVITIES[settings.value('SCAL')] * (settings.value('IVMD') === 1 ? 1e-6 : 1)
}

function output(core: Core, i: number): number {
  const { x, y } = core.detector.outputs
  const { settings } = core
  const off = (n: number) => (settings.value('COFA', n) * settings.value('COFP', n) * fullScale(core)) / 100
  switch (i) {
    case 0:
      return x - off(0)
    case 1:
      return y - off(1)
    case 2:
      return Math.hypot(x, y) - off(2)
    case 3:
      return (Math.atan2(y, x) * 180) / Math.PI
    case 12:
      return settings.value('PHAS')
    case 13:
      return settings.value('SLVL')
    case 14:
      return settings.value('SOFF')
    case 15:
    case 16:
      return settings.value('FREQ')
    default:
      // 8 and 9 are noise, which takes many readings; none is kept here.
      if (i <= 7) return core.auxIn(i - 4)
      return i <= 9 ? 0 : settings.value('AUXV', i - 10)
  }
}

/** Reading and automatic functions of the SR860. */
export const OUTPUTS: readonly (readonly [string, Handler])[] = [
  ['OUTP', question([1, 1], ([i], core) => general(output(core, rounded(i, whole(0, LAST)))))],
  [
    'SNAP',
    (command, core) => {
      if (!command.query) refuse()
      const which = numbersOf(command).map((i) => rounded(i, whole(0, LAST)))
      if (which.length < 2 || which.length > 3) throw new Refused('illegal')
      return which.map((i) => general(output(core, i))).join(',')
    },
  ],
  [
    'SNAPD',
    question([0, 0], (_, core) =>
      [0, 1, 2, 3].map((channel) => general(output(core, core.settings.value('CDSP', channel)))).join(','),
    ),
  ],
  ['OAUX', question([1, 1], ([i], core) => general(core.auxIn(rounded(i, whole(0, 3)))))],
  ['FREQINT', question([0, 0], (_, core) => general(core.settings.value('FREQ')))],
  ['FREQEXT', question([0, 0], (_, core) => general(core.settings.value('FREQ')))],
  ['ENBW', question([0, 0], (_, core) => general(ENBW[core.settings.value('OFSL')] / core.timeConstant()))],
  ['ILVL', question([0, 0], (_, core) => String(level(core)))],
  ['CUROVLDSTAT', question([0, 0], (_, core) => String(overloadsNow(core)))],
  [
    'APHS',
    action(0, (_, core) => {
      const turned = core.settings.value('PHAS') + output(core, 3)
      core.settings.put('PHAS', [turned - 360 * Math.round(turned / 360)])
    }),
  ],
  ['ARNG', action(0, (_, core) => rangeFor(core, 'IRNG', SR860_RANGES, 1))],
  [
    'ASCL',
    action(0, (_, core) => rangeFor(core, 'SCAL', SR860_SENSITIVITIES, core.settings.value('IVMD') === 1 ? 1e-6 : 1)),
  ],
  [
    'OAUT',
    action(1, ([i], core) => {
      const n = rounded(i, whole(0, 2))
      const all =
        output(core, n) + (core.settings.value('COFA', n) * core.settings.value('COFP', n) * fullScale(core)) / 100
      core.settings.put('COFA', [1], n)
      core.settings.put('COFP', [Number(((100 * all) / fullScale(core)).toFixed(2))], n)
    }),
  ],
]

/** The smallest range or scale that still holds the signal. */
function rangeFor(core: Core, name: string, ranges: readonly number[], unit: number): void {
  const { x, y } = core.detector.raw
  const fitting = ranges.filter((range) => range * unit >= Math.hypot(x, y)).length
  core.settings.put(name, [Math.max(0, fitting - 1)])
  core.busy(5 * core.timeConstant())
}

/** 0 to 4: how much of the input range is used. */
function level(core: Core): number {
  const { x, y } = core.detector.raw
  const part = Math.hypot(x, y) / SR860_RANGES[core.settings.value('IRNG')]
  return Math.min(4, Math.floor(4 * part))
}

/** Overloads of this moment: outputs 0 and 1, input range 4. */
function overloadsNow(core: Core): number {
  const { x, y } = core.detector.raw
  const beyond = (value: number) => Math.abs(value) > OUTPUT_LIMIT * fullScale(core)
  const input = Math.hypot(x, y) > 1.1 * SR860_RANGES[core.settings.value('IRNG')]
  return (beyond(x) ? 1 : 0) | (beyond(y) ? 2 : 0) | (input ? 16 : 0)
}
