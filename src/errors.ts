/** Every reason the framework has for refusing or failing; stable, for programs to switch on. */
export type ErrorCode =
  | 'SHAPE' // a length or a layout does not match the sheet
  | 'LIMIT' // a value lies outside the stated range
  | 'NOT_FINITE' // a NaN or an infinity where a number is needed
  | 'UNITS' // units do not match or cannot be read
  | 'EXPRESSION' // a user's expression is refused
  | 'CONFIG' // a setting, file or argument is not acceptable
  | 'CAPABILITY' // the machine lacks a facet the rule needs
  | 'DISPOSED' // used after it was closed
  | 'BUSY' // a wave is in flight, which owns the machine
  | 'FLIGHT_OVER' // the wave was echoed or dropped already
  | 'OVERRUN' // a stream produced faster than its machine consumes
  | 'INVALID_READING' // the machine marked its reading as no number
  | 'MECHANISM' // a lattice is not rigid: some of its nodes move without resistance
  | 'NO_EQUILIBRIUM' // a lattice finds no rest under its loads
  | 'DIVERGED' // training left the finite numbers
  | 'TWIN' // a twin and the machine it is the twin of disagree
  | 'UNKNOWN_DEVICE'
  | 'UNKNOWN_TASK'
  | 'PORT_ABSENT'
  | 'PORT_BUSY'
  | 'PORT_DENIED'
  | 'PORT_FAILED'
  | 'PTY' // no pseudo-terminal can be made here
  | 'TIMEOUT' // no answer within the deadline
  | 'LINK_LOST' // the channel closed
  | 'SPIKES_LOST' // spikes did not reach the machine, again and again
  | 'WRONG_FIRMWARE' // it answers, but is not what was asked for
  | 'DEVICE_RESET' // it lost its parameters since they were stored
  | 'DEVICE_FAULT' // it latched a fault and went to its safe values
  | 'DEVICE_REFUSED' // it understood and said no
  | 'OVERLOAD' // a detector or amplifier was driven beyond its range, so its reading is none
  | 'UNLOCKED' // a lock-in amplifier lost its reference
  | 'SETTINGS_LOST' // an instrument does not hold the settings it was given
  | 'RECORD' // a run record cannot be read or written
  | 'INTERNAL' // a broken promise of this code itself

export interface ErrorDetails {
  /** What the user can do next, one sentence. */
  readonly hint?: string
  readonly cause?: unknown
  readonly device?: string
  readonly port?: string
  readonly step?: number
}

/** The one error class: the message says who, what was wanted and what was given. */
export class InsituError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly device: string | undefined
  readonly port: string | undefined
  readonly step: number | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'InsituError'
    this.code = code
    this.hint = details.hint
    this.device = details.device
    this.port = details.port
    this.step = details.step
  }
}
