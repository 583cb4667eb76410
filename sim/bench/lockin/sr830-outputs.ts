import { action, question, refuse } from './commands-common.ts'
import type { Core, Handler } from './core.ts'
import { general } from './numbers.ts'
import { numbersOf, Refused, rounded, whole } from './settings.ts'
import { SR830_SENSITIVITIES, SR830_TIME_CONSTANTS } from './sr830-settings.ts'

const EXPANSIONS = [1, 10, 100] as const
/** Longest time constant auto gain works with, in seconds. */
const AUTO_LIMIT = 1
const CURRENTS = 2

/** Full scale in the unit of the input: V, or A for the two current inputs. */
export function fullScale({ settings }: Core): number {
  const volts = SR830_SENSITIVITIES[settings.value('SENS')]
  return settings.value('ISRC') >= CURRENTS ? volts * 1e-6 : volts
}

/** X, Y, R and theta, 1 to 4, offsets taken off, not expanded. */
function output(core: Core, i: number): number {
  const { x, y } = core.detector.outputs
  const off = (n: number) => (core.settings.get('OEXP', n)[0] / 100) * fullScale(core)
  if (i === 1) return x - off(1)
  if (i === 2) return y - off(2)
  return i === 3 ? Math.hypot(x, y) - off(3) : (Math.atan2(y, x) * 180) / Math.PI
}

/** What channel 1 or 2 shows: its quantity over its ratio, expanded. */
export function display(core: Core, channel: number): number {
  const [what, ratio] = core.settings.get('DDEF', channel)
  const expanded = (i: number) => output(core, i) * EXPANSIONS[core.settings.get('OEXP', i)[1]]
  const over = ratio === 0 ? 1 : core.auxIn(2 * channel - 2 + ratio)
  if (what === 0) return expanded(channel) / over
  if (what === 1) return (channel === 1 ? expanded(3) : output(core, 4)) / over
  // Xn and Yn: the deviation of the output, which takes many readings; none is kept here.
  return (what === 2 ? 0 : core.auxIn(2 * channel - 4 + what)) / over
}

/** The quantities of SNAP?: X Y R theta, auxiliary inputs, frequency, displays. */
function quantity(core: Core, i: number): number {
  if (i <= 4) return output(core, i)
  if (i <= 8) return core.auxIn(i - 4)
  return i === 9 ? core.settings.value('FREQ') : display(core, i - 9)
}

/** Changes sensitivity until the signal fits; nothing if the time constant is long. */
function autoGain(core: Core): void {
  const T = SR830_TIME_CONSTANTS[core.settings.value('OFLT')]
  if (T > AUTO_LIMIT) return
  const { x, y } = core.detector.raw
  const unit = core.settings.value('ISRC') >= CURRENTS ? 1e-6 : 1
  const fits = SR830_SENSITIVITIES.findIndex((volts) => volts * unit >= Math.hypot(x, y))
  core.settings.put('SENS', [fits < 0 ? SR830_SENSITIVITIES.length - 1 : fits])
  core.busy(5 * T)
}

function autoPhase(core: Core): void {
  const turned = core.settings.value('PHAS') + output(core, 4)
  core.settings.put('PHAS', [Number((turned - 360 * Math.round(turned / 360)).toFixed(2))])
}

const auxIn: Handler = question([1, 1], ([i], core) => general(core.auxIn(rounded(i, whole(1, 4)))))

/** Reading and automatic functions of the SR830. */
export const OUTPUTS: readonly (readonly [string, Handler])[] = [
  ['OUTP', question([1, 1], ([i], core) => general(output(core, rounded(i, whole(1, 4)))))],
  ['OUTR', question([1, 1], ([i], core) => general(display(core, rounded(i, whole(1, 2)))))],
  [
    'SNAP',
    (command, core) => {
      if (!command.query) refuse()
      const which = numbersOf(command).map((i) => rounded(i, whole(1, 11)))
      if (which.length < 2 || which.length > 6) throw new Refused('illegal')
      return which.map((i) => general(quantity(core, i))).join(',')
    },
  ],
  ['OAUX', auxIn],
  [
    'AOFF',
    action(1, ([i], core) => {
      const n = rounded(i, whole(1, 3))
      const [before, expand] = core.settings.get('OEXP', n)
      const percent = before + (100 * output(core, n)) / fullScale(core)
      core.settings.put('OEXP', [Math.min(105, Math.max(-105, Number(percent.toFixed(2)))), expand], n)
    }),
  ],
  ['AGAN', action(0, (_, core) => autoGain(core))],
  ['APHS', action(0, (_, core) => autoPhase(core))],
  [
    'ARSV',
    action(0, (_, core) => {
      core.settings.put('RMOD', [1])
      core.busy(0.5)
    }),
  ],
]
