import type { Format } from '../../src/wire/index.ts'
import type { ResetCause } from './avr-chip.ts'

interface CommonOptions {
  /** A stable name for the port, made as a symbolic link; without it the path changes from start to start. */
  readonly link?: string
}

/** An AVR image on avr8js, in real time and at the line speed that the image sets. */
export interface AvrTarget extends CommonOptions {
  readonly target?: 'avr'
  /** Path of an Intel hex file; "firmware" is the one that comes with this package. */
  readonly image?: string
  /** File that keeps the EEPROM (boot counter) from start to start; without it each start is a fresh chip. */
  readonly eeprom?: string
  /** What the chip's serial number is made from, default the link's name: the same text, the same chip. */
  readonly serial?: string
  /** Emulated seconds per second, default 1. The line gets faster with it, and the CPU load higher. */
  readonly speed?: number
}

/** The firmware's core built for this computer; needs a C compiler. */
export interface HostTarget extends CommonOptions {
  readonly target: 'host'
  /** File that keeps the boot counter and uid from start to start. */
  readonly eeprom?: string
  /** What the uid is made from, default the link's name. */
  readonly serial?: string
  /** Line speed to imitate, in baud; without it bytes go as fast as they can. */
  readonly baud?: number
}

/** An AVR image on libsimavr; needs a C compiler and libsimavr's headers. */
export interface SimavrTarget extends CommonOptions {
  readonly target: 'simavr'
  readonly image?: string
  readonly eeprom?: string
}

/** Any simulator as a board: the module is imported in the board's process and its function called. */
export interface SimulatorTarget extends CommonOptions {
  readonly target: 'simulator'
  /** URL of a module, e.g. from `new URL('./my-machine.ts', import.meta.url).href`. */
  readonly module: string
  /** Name of the exported function that returns a `Backend` or a promise of one; default "default". */
  readonly export?: string
  /** Its arguments; they travel as JSON. */
  readonly args?: readonly unknown[]
  /** How its numbers travel, default "f64"; "i16" and "packed" ask for a step at every port (see `serve`). */
  readonly format?: Format
  /** Largest frame it takes, in bytes. */
  readonly maxFrame?: number
  readonly baud?: number
  /** `stated`: an exchange takes as long as its slots do by the data sheet; otherwise it is over as soon as it is computed. */
  readonly time?: 'stated'
}

export type BoardOptions = AvrTarget | HostTarget | SimavrTarget | SimulatorTarget

/** What runs behind a pseudo-terminal, inside the board's process. */
export interface RunningBoard {
  /** Whether it listens. */
  ready(): boolean
  reset(cause: ResetCause): void | Promise<void>
  /** Named counts, for curiosity and tests. */
  counters(): Readonly<Record<string, number>>
  close(): void | Promise<void>
}
