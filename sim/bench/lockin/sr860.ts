import { action, COMMON, settingCommand } from './commands-common.ts'
import type { Core, EventBits, Handler } from './core.ts'
import { Detector, type Overload } from './detector.ts'
import { emulated } from './emulated.ts'
import type { EmulatedLockin, LockinOptions } from './options.ts'
import { Refused, Settings } from './settings.ts'
import { Capture, captureCommands } from './sr860-capture.ts'
import { fullScale, OUTPUTS } from './sr860-outputs.ts'
import { SR860_RANGES, SR860_SETTINGS, SR860_TIME_CONSTANTS } from './sr860-settings.ts'
import { StatusRegister } from './status.ts'

const BITS: EventBits = { inputQueue: 1, outputQueue: 3, cannot: 4, illegal: 5, key: 6, powerOn: 7 }
/** Ours: an input overload is told by bit 4, as CUROVLDSTAT? does it; the filter's counts as the output's. */
const LIAS: Readonly<Record<Overload, number>> = { input: 4, filter: 0, output: 0 }
const UNLOCKED = 3
const TRIGGER = 7
const CAPTURED = 12
const HIGHEST = 500e3
const RESET_TIME = 0.3

/** An SR860 as its published command set describes it, as far as docs/reference/lockin.md lists it. */
export function emulatedSr860(options: LockinOptions): EmulatedLockin {
  const { clock } = options
  const now = () => clock.now() / 1000
  const settings = new Settings(SR860_SETTINGS)
  const lias = new StatusRegister(15)
  const capture = new Capture(() => lias.set(CAPTURED))
  let busyUntil = 0
  let referenced = true
  const current = () => settings.value('IVMD') === 1
  const detector = new Detector(
    {
      signal: options.signal,
      density: options.density ?? 6e-9,
      seed: options.seed ?? 1,
      path: () => ({
        fullScale: fullScale(core),
        inputLimit: 1.1 * SR860_RANGES[settings.value('IRNG')] * (current() ? 1e-6 : 1),
        timeConstant: core.timeConstant(),
        poles: settings.value('OFSL') + 1,
        phase: settings.value('PHAS'),
        gain: current() ? 1e-6 : 1,
        locked: referenced || settings.value('RSRC') === 0,
        drives: {
          oscillator: settings.value('SLVL'),
          frequency: settings.value('FREQ'),
          aux: [0, 1, 2, 3].map((i) => settings.value('AUXV', i)),
        },
      }),
      overload: (stage) => lias.set(LIAS[stage]),
      unlocked: () => lias.set(UNLOCKED),
    },
    now(),
  )
  const core: Core = {
    settings,
    detector,
    esr: new StatusRegister(),
    lias,
    errs: new StatusRegister(),
    sre: new StatusRegister(),
    now,
    timeConstant: () => SR860_TIME_CONSTANTS[settings.value('OFLT')],
    busy(seconds) {
      busyUntil = Math.max(busyUntil, clock.now()) + 1000 * seconds
    },
    identity: `Stanford_Research_Systems,SR860,${options.serial ?? '002345'},v1.51`,
    auxIn: options.auxIn ?? (() => 0),
  }

  function follow(): void {
    const until = now()
    while (capture.nextAt <= until) {
      detector.advance(capture.nextAt)
      capture.tick(core)
    }
    detector.advance(until)
  }

  function trigger(): void {
    follow()
    if (!capture.trigger(now())) return
    capture.take(core)
    lias.set(TRIGGER)
  }

  function check(name: string, [value]: readonly number[]): void {
    const harmonic = name === 'HARM' ? value : settings.value('HARM')
    const frequency = name === 'FREQ' ? value : settings.value('FREQ')
    if ((name === 'HARM' || name === 'FREQ') && harmonic * frequency > HIGHEST) throw new Refused('cannot')
  }

  function changed(name: string): void {
    if (name !== 'PHAS') return
    const phase = settings.value('PHAS')
    settings.put('PHAS', [phase - 360 * Math.round(phase / 360)])
  }

  const handlers = new Map<string, Handler>([
    ...COMMON,
    ...OUTPUTS,
    ...captureCommands(capture),
    ['*TRG', action(0, () => trigger())],
    [
      '*RST',
      action(0, () => {
        settings.reset()
        capture.reset()
        core.busy(RESET_TIME)
      }),
    ],
  ])

  return emulated(
    {
      terminator: '\n',
      joined: true,
      blanks: 'before arguments',
      bits: BITS,
      core,
      handlers,
      ofTable: settingCommand(settings, changed, check),
      answer: (name, text) => (name === 'CAPTUREGET' ? { text, block: true } : { text }),
      answersTo: () => undefined,
      busyUntil: () => busyUntil,
      follow,
      trigger,
      lock(on) {
        referenced = on
      },
      start: () => capture.reset(),
    },
    options,
  )
}
