import { action, COMMON, settingCommand } from './commands-common.ts'
import type { Core, EventBits, Handler } from './core.ts'
import { Detector, type Overload } from './detector.ts'
import { emulated } from './emulated.ts'
import type { EmulatedLockin, LockinOptions } from './options.ts'
import { Refused, rounded, Settings, whole } from './settings.ts'
import { display, fullScale, OUTPUTS } from './sr830-outputs.ts'
import { SR830_KEPT, SR830_SETTINGS, SR830_TIME_CONSTANTS } from './sr830-settings.ts'
import { BLOCKS, storeCommands, TERMINATED } from './sr830-store.ts'
import { StatusRegister } from './status.ts'
import { PointStore } from './store.ts'

const BITS: EventBits = { inputQueue: 0, outputQueue: 2, cannot: 4, illegal: 5, key: 6, powerOn: 7 }
const LIAS = { input: 0, filter: 1, output: 2, unlocked: 3, range: 4, timeConstant: 5, trigger: 6 } as const
const HIGHEST = 102000
/** Where the detection range changes, in Hz, going up and going down; the longest time constant above it, by index. */
const RANGE = { up: 203.12, down: 199.21, longest: 13 }
/** How many full scales the input takes at each reserve, and what it takes at most, in V. Ours, in the order of the manual's. */
const RESERVES = [1000, 30, 3] as const
const INPUT_LIMIT = 1.2
const TRIGGERED = 14
/** What a reset takes, in seconds. */
const RESET_TIME = 0.3

/** An SR830 as its published command set describes it; see docs/reference/lockin.md for what is left out. */
export function emulatedSr830(options: LockinOptions): EmulatedLockin {
  const { clock } = options
  const now = () => clock.now() / 1000
  const settings = new Settings(SR830_SETTINGS)
  const store = new PointStore()
  const lias = new StatusRegister()
  const memories = new Map<number, ReturnType<Settings['save']>>()
  let busyUntil = 0
  let high = true
  let referenced = true
  const current = () => settings.value('ISRC') >= 2
  const detector = new Detector(
    {
      signal: options.signal,
      density: options.density ?? 6e-9,
      seed: options.seed ?? 1,
      path: () => ({
        fullScale: fullScale(core),
        inputLimit: Math.min(INPUT_LIMIT, RESERVES[settings.value('RMOD')] * fullScale(core)),
        timeConstant: core.timeConstant(),
        poles: settings.value('OFSL') + 1,
        phase: settings.value('PHAS'),
        // A current input sees the source through 1 MOhm.
        gain: current() ? 1e-6 : 1,
        locked: referenced || settings.value('FMOD') === 1,
        drives: {
          oscillator: settings.value('SLVL'),
          frequency: settings.value('FREQ'),
          aux: [1, 2, 3, 4].map((i) => settings.value('AUXV', i)),
        },
      }),
      overload: (stage: Overload) => lias.set(LIAS[stage]),
      unlocked: () => lias.set(LIAS.unlocked),
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
    timeConstant: () => SR830_TIME_CONSTANTS[settings.value('OFLT')],
    busy(seconds) {
      busyUntil = Math.max(busyUntil, clock.now()) + 1000 * seconds
    },
    identity: `Stanford_Research_Systems,SR830,s/n${options.serial ?? '12345'},ver1.07 `,
    auxIn: options.auxIn ?? (() => 0),
  }

  /** Follows signal and storage up to now. */
  function follow(): void {
    const until = now()
    while (store.running && store.nextAt <= until) {
      detector.advance(store.nextAt)
      store.tick(display(core, 1), display(core, 2), settings.value('SRAT'), settings.value('SEND') === 1)
    }
    detector.advance(until)
  }

  function trigger(): void {
    follow()
    if (store.armed) store.start(now(), settings.value('SRAT'))
    else if (store.running && settings.value('SRAT') === TRIGGERED) take()
  }

  function take(): void {
    store.push(display(core, 1), display(core, 2), settings.value('SEND') === 1)
    lias.set(LIAS.trigger)
  }

  function changed(name: string): void {
    if (name === 'PHAS') {
      const phase = settings.value('PHAS')
      settings.put('PHAS', [Number((phase - 360 * Math.round(phase / 360)).toFixed(2))])
    }
    if (name !== 'FREQ' && name !== 'HARM') return
    const detected = settings.value('FREQ') * settings.value('HARM')
    const nowHigh = high ? detected >= RANGE.down : detected > RANGE.up
    if (nowHigh === high) return
    high = nowHigh
    lias.set(LIAS.range)
    if (!high || settings.value('OFLT') <= RANGE.longest) return
    settings.put('OFLT', [RANGE.longest])
    settings.put('SYNC', [0])
    lias.set(LIAS.timeConstant)
  }

  function check(name: string, values: readonly number[]): void {
    const [value] = values
    const harmonic = name === 'HARM' ? value : settings.value('HARM')
    const frequency = name === 'FREQ' ? value : settings.value('FREQ')
    if ((name === 'HARM' || name === 'FREQ') && harmonic * frequency > HIGHEST) throw new Refused('cannot')
    if (name === 'FREQ' && settings.value('FMOD') === 0) throw new Refused('cannot')
    if (name === 'OFLT' && high && value > RANGE.longest) throw new Refused('cannot')
  }

  const memory = (run: (n: number) => void): Handler => action(1, ([n]) => run(rounded(n, whole(1, 9))))
  const handlers = new Map<string, Handler>([
    ...COMMON,
    ...OUTPUTS,
    ...storeCommands(store, trigger),
    ['SSET', memory((n) => void memories.set(n, settings.save()))],
    [
      'RSET',
      memory((n) => {
        const saved = memories.get(n)
        if (saved === undefined) throw new Refused('cannot')
        settings.load(saved)
      }),
    ],
    ['*RST', action(0, () => reset())],
  ])

  function reset(): void {
    const kept = SR830_KEPT.map((name) => [name, settings.get(name)] as const)
    settings.reset()
    for (const [name, values] of kept) settings.put(name, values)
    store.reset()
    high = true
    core.busy(RESET_TIME)
  }

  return emulated(
    {
      terminator: '\r',
      joined: false,
      blanks: 'anywhere',
      bits: BITS,
      core,
      handlers,
      ofTable: settingCommand(settings, changed, check),
      answer(name, text) {
        if (!BLOCKS.has(name)) return { text }
        return { text: TERMINATED.has(name) ? `${text}\r` : text, block: true }
      },
      answersTo: () => (settings.value('OUTX') === 0 ? 'serial' : 'gpib'),
      busyUntil: () => busyUntil,
      follow,
      trigger,
      lock(on) {
        referenced = on
      },
      start() {
        settings.put('OUTX', [(options.answersTo ?? 'gpib') === 'serial' ? 0 : 1])
        store.reset()
        high = true
      },
    },
    options,
  )
}
