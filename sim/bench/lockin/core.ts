import type { Detector } from './detector.ts'
import type { Command } from './grammar.ts'
import type { Settings } from './settings.ts'
import type { StatusRegister } from './status.ts'

/** What commands work on: the inside of an emulated instrument that all models share. */
export interface Core {
  readonly settings: Settings
  readonly detector: Detector
  readonly esr: StatusRegister
  readonly lias: StatusRegister
  readonly errs: StatusRegister
  /** Enables of the serial poll; its byte is made up when asked. */
  readonly sre: StatusRegister
  /** Seconds on the instrument's clock. */
  now(): number
  /** Keeps the instrument from its next command for so long. */
  busy(seconds: number): void
  /** Of the filter as it is set, in seconds. */
  timeConstant(): number
  /** Its identity, as *IDN? tells it. */
  readonly identity: string
  /** A voltage at an auxiliary input. */
  auxIn(index: number): number
}

/** Does one command; gives the answer of a query. Throws `Refused`. */
export type Handler = (command: Command, core: Core) => string | undefined
export type Handlers = ReadonlyMap<string, Handler>

/** Numbers of the bits of a model's event status. */
export interface EventBits {
  readonly inputQueue: number
  readonly outputQueue: number
  readonly cannot: number
  readonly illegal: number
  readonly key: number
  readonly powerOn: number
}
