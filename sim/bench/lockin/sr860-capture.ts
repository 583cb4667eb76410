import { question } from './commands-common.ts'
import type { Core, Handler } from './core.ts'
import { general, singles } from './numbers.ts'
import { Refused, rounded, whole } from './settings.ts'

/** Quantities of CAPTURECFG 0..3: X; X and Y; R and theta; all four. */
const CONFIGURATIONS: readonly (readonly ('x' | 'y' | 'r' | 'theta')[])[] = [
  ['x'],
  ['x', 'y'],
  ['r', 'theta'],
  ['x', 'y', 'r', 'theta'],
]
const KILOBYTE = 1024
const BYTES = 4

/** Capture memory of an SR860: floats, filled at a rate, or one sample for each trigger. */
export class Capture {
  #values: number[] = []
  #mode: 'one' | 'continuous' = 'one'
  #start: 'now' | 'trigger' | 'each' = 'now'
  #nextAt = Number.POSITIVE_INFINITY
  #wrapped = false
  #written = 0
  running = false
  triggered = false
  /** Told when it has filled itself. */
  readonly finished: () => void

  constructor(finished: () => void) {
    this.finished = finished
  }

  get nextAt(): number {
    return this.running ? this.#nextAt : Number.POSITIVE_INFINITY
  }
  get bytes(): number {
    return this.#values.length * BYTES
  }
  get state(): number {
    return (this.running ? 1 : 0) | (this.triggered ? 2 : 0) | (this.#wrapped ? 4 : 0)
  }

  begin(mode: 'one' | 'continuous', start: 'now' | 'trigger' | 'each', seconds: number): void {
    this.reset()
    this.#mode = mode
    this.#start = start
    this.running = true
    this.triggered = start === 'now'
    if (start === 'now') this.#nextAt = seconds
  }

  stop(): void {
    this.running = false
    this.#nextAt = Number.POSITIVE_INFINITY
  }

  reset(): void {
    this.stop()
    this.#values = []
    this.#written = 0
    this.#wrapped = false
    this.triggered = false
  }

  /** An edge at the trigger input; returns whether a sample is due. */
  trigger(seconds: number): boolean {
    if (!this.running || this.#start === 'now') return false
    const first = !this.triggered
    this.triggered = true
    if (this.#start === 'each') return true
    if (first) this.#nextAt = seconds
    return false
  }

  tick(core: Core): void {
    this.#nextAt += 1 / captureRate(core)
    this.take(core)
  }

  take(core: Core): void {
    if (!this.running) return
    const { x, y } = core.detector.outputs
    const all = { x, y, r: Math.hypot(x, y), theta: (Math.atan2(y, x) * 180) / Math.PI }
    const capacity = (core.settings.value('CAPTURELEN') * KILOBYTE) / BYTES
    for (const name of CONFIGURATIONS[core.settings.value('CAPTURECFG')]) {
      this.#values[this.#written % capacity] = all[name]
      this.#written++
    }
    if (this.#written < capacity) return
    if (this.#mode === 'continuous') this.#wrapped = true
    else {
      this.stop()
      this.finished()
    }
  }

  /** The values of one point, or undefined where there is none. */
  point(n: number, width: number): readonly number[] | undefined {
    const values = this.#values.slice(n * width, (n + 1) * width)
    return values.length === width ? values : undefined
  }

  /** A stretch in kilobytes as a block with its header; what was not written is zero. */
  block(from: number, length: number): string {
    const perKilobyte = KILOBYTE / BYTES
    const values = Array.from({ length: length * perKilobyte }, (_, i) => this.#values[from * perKilobyte + i] ?? 0)
    const bytes = singles(values)
    const count = String(bytes.length)
    let text = `#${count.length}${count}`
    for (const byte of bytes) text += String.fromCharCode(byte)
    return text
  }
}

/** Highest rate at a time constant, in samples per second: 1.25 MHz halved as often as the time constant doubles. Ours. */
function highestRate(seconds: number): number {
  return 1.25e6 / 2 ** Math.min(20, Math.max(0, Math.floor(Math.log2(seconds / 1e-6))))
}

export function captureRate(core: Core): number {
  return highestRate(core.timeConstant()) / 2 ** core.settings.value('CAPTURERATE')
}

const MODES = new Map([
  ['ONE', 'one'],
  ['0', 'one'],
  ['CONT', 'continuous'],
  ['1', 'continuous'],
] as const)
const STARTS = new Map([
  ['IMM', 'now'],
  ['0', 'now'],
  ['TRIG', 'trigger'],
  ['1', 'trigger'],
  ['SAMP', 'each'],
  ['2', 'each'],
] as const)

/** Its commands beside the settings CAPTURELEN, CAPTURECFG and CAPTURERATE. */
export function captureCommands(capture: Capture): readonly (readonly [string, Handler])[] {
  const widthOf = (core: Core) => CONFIGURATIONS[core.settings.value('CAPTURECFG')].length
  return [
    [
      'CAPTURESTART',
      ({ words, query }, core) => {
        const mode = MODES.get(words[0] as 'ONE')
        const start = STARTS.get(words[1] as 'IMM')
        if (query || words.length !== 2 || mode === undefined || start === undefined) throw new Refused('illegal')
        capture.begin(mode, start, core.now())
        return undefined
      },
    ],
    [
      'CAPTURESTOP',
      ({ words, query }) => {
        if (query || words.length > 0) throw new Refused('illegal')
        capture.stop()
        return undefined
      },
    ],
    ['CAPTURESTAT', question([0, 0], () => String(capture.state))],
    ['CAPTUREBYTES', question([0, 0], () => String(capture.bytes))],
    ['CAPTUREPROG', question([0, 0], () => String(Math.ceil(capture.bytes / KILOBYTE)))],
    ['CAPTURERATEMAX', question([0, 0], (_, core) => general(highestRate(core.timeConstant())))],
    [
      'CAPTUREVAL',
      question([1, 1], ([n], core) => {
        const point = Number.isInteger(n) ? capture.point(n, widthOf(core)) : undefined
        if (point === undefined) throw new Refused('cannot')
        return point.map((value) => general(value)).join(',')
      }),
    ],
    [
      'CAPTUREGET',
      question([2, 2], ([from, length], core) => {
        const kilobytes = core.settings.value('CAPTURELEN')
        const offset = rounded(from, whole(0, kilobytes - 1))
        return capture.block(offset, rounded(length, whole(1, Math.min(64, kilobytes - offset))))
      }),
    ],
  ]
}
