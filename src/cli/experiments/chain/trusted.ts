import type { CheckedDevice } from '../../../contract/device.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import { confront, requireTrust } from '../../../twins/confront.ts'
import type { Twin } from '../../../twins/twin.ts'
import type { Halves } from './machines.ts'

/** Rows that a twin is held against its machine with. */
const ROWS = 16

/**
 * Holds each twin against its own machine, before they are joined: how much of a detector's noise goes through a chip depends on its
 * weights, so a chain cannot state its own, and what hides in it could not be told from a wrong twin. Throws `TWIN`.
 */
export async function trusted(
  { encoder, chip }: Halves,
  twins: { readonly encoder: Twin; readonly chip: Twin },
  theta: Float64Array,
  { drive }: LessonTable,
): Promise<void> {
  const split = twins.encoder.width.theta
  const scenes = drive.slice(0, ROWS * encoder.sheet.drive.width)
  await held(twins.encoder, encoder, theta.slice(0, split), scenes)
  const codes = new Float64Array(ROWS * encoder.sheet.sense.width)
  await encoder.measure({ slots: ROWS, drive: { kind: 'track', data: scenes, hold: 1 } }, codes)
  await held(twins.chip, chip, theta.slice(split), codes)
}

async function held(twin: Twin, device: CheckedDevice, theta: Float64Array, drive: Float64Array): Promise<void> {
  requireTrust({ twin }, device, await confront({ twin }, device, { theta, drive, rows: ROWS }))
}
