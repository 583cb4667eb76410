/** The only protocol version so far. */
export const PROTOCOL = 1

export const REQUEST = {
  hello: 0x01,
  describe: 0x02,
  configure: 0x03,
  arm: 0x04,
  disarm: 0x05,
  write: 0x06,
  read: 0x07,
  ping: 0x08,
  measure: 0x10,
  apply: 0x11,
  learn: 0x12,
  launch: 0x13,
  echo: 0x14,
  drop: 0x15,
  show: 0x16,
  abort: 0x20,
  clear: 0x21,
  snapshot: 0x30,
  restore: 0x31,
} as const

/** Spikes of the host, sent before the MEASURE they belong to; never answered. */
export const SPIKES = 0x40
/** Added to a request's type in its reply. */
export const REPLY = 0x80
/** Readings, sent before the reply to MEASURE. */
export const DATA = 0xc0
export const REFUSAL = 0xff

export const STATE = { idle: 0, armed: 1, running: 2, fault: 3 } as const
export const STATE_NAMES = ['IDLE', 'ARMED', 'RUNNING', 'FAULT'] as const

export const FAULT = { none: 0, watchdog: 1, internal: 2 } as const
export const FAULT_NAMES = ['none', 'watchdog', 'internal'] as const

export const RESET_REASONS = ['unknown', 'power', 'external', 'brown-out', 'watchdog'] as const

export const REFUSED = {
  unknown: 1,
  length: 2,
  state: 3,
  notArmed: 4,
  limit: 5,
  value: 6,
  aborted: 7,
  fault: 8,
  tooBig: 9,
  noRest: 10,
  busy: 11,
  flightOver: 12,
  spikesLost: 13,
} as const

/** The name of a request type, for messages. */
export function requestName(type: number): string {
  const found = Object.entries(REQUEST).find(([, value]) => value === type)
  return found === undefined ? `request ${type.toString(16).padStart(2, '0')}` : found[0].toUpperCase()
}

/** Whether a request moves the machine, so that it must run at most once. */
export function isMoving(type: number): boolean {
  return MOVING.has(type)
}

const MOVING: ReadonlySet<number> = new Set([
  REQUEST.configure,
  REQUEST.arm,
  REQUEST.disarm,
  REQUEST.write,
  REQUEST.apply,
  REQUEST.learn,
  REQUEST.launch,
  REQUEST.echo,
  REQUEST.drop,
  REQUEST.clear,
  REQUEST.restore,
])
