import { struct } from './struct.ts'

/** What every HELLO and CONFIGURE reply tells of a device. */
const identity = {
  protocol: 'u16',
  descriptionLength: 'u16',
  descriptionCrc: 'u32',
  boot: 'u32',
  resetReason: 'u8',
  state: 'u8',
  fault: 'u8',
  credits: 'u8',
  armId: 'u32',
  maxFrame: 'u16',
} as const

export const helloRequest = struct({ nonce: 'u32' })
export const helloReply = struct({ nonce: 'u32', ...identity })
export const configureReply = struct(identity)
export type Identity = ReturnType<typeof configureReply.decode>

export const armRequest = struct({ armId: 'u32', watchdogMs: 'u16' })
export const clearRequest = struct({ fault: 'u8' })
export const readRequest = struct({ first: 'u16', count: 'u16' })
/** Reply to ARM, DISARM, ABORT and CLEAR. */
export const stateReply = struct({ state: 'u8' })
/** Reply to WRITE and RESTORE. */
export const storedReply = struct({ parameterCrc: 'u32' })
export const pingReply = struct({
  state: 'u8',
  fault: 'u8',
  boot: 'u32',
  armId: 'u32',
  badFrames: 'u16',
  parameterCrc: 'u32',
})
export type Pulse = ReturnType<typeof pingReply.decode>

export const measureReply = struct({
  slots: 'u16',
  clipped: 'u16',
  saturated: 'u16',
  startedAt: 'u32',
  endedAt: 'u32',
})
/** The same from a machine whose drive goes ahead as spikes, with what it has made of them since it was armed. */
export const spikeMeasureReply = struct({
  slots: 'u16',
  clipped: 'u16',
  saturated: 'u16',
  startedAt: 'u32',
  endedAt: 'u32',
  lateSpikes: 'u32',
  repeatedSpikes: 'u32',
})
/** SHOW: patterns the machine makes itself; `family` counts those of the description, `pairing` is 0 single, 1 opposite. */
export const showRequest = struct({
  armId: 'u32',
  family: 'u8',
  pairing: 'u8',
  first: 'u32',
  count: 'u16',
  hold: 'u16',
})
export const applyReply = struct({ clipped: 'u16', parameterCrc: 'u32' })

export const refusal = struct({ code: 'u8', request: 'u8', state: 'u8', detail: 'u32' })
export type Refusal = ReturnType<typeof refusal.decode>
