import type { CallOptions, Receipt } from '../../contract/backend.ts'
import type { Device } from '../../contract/device.ts'
import { InsituError } from '../../errors.ts'
import { norm, relativeDistance } from '../../reference/norm.ts'
import type { Health } from '../rule.ts'

/**
 * How far an echo without injection misses its start: |returned - sent| / |sent|, 2-norms over the first drive row, or
 * |returned| where that row is zero. Rounding on an ideal machine; what is more is loss, noise, an imperfect mirror, or a
 * passage beyond the horizon of chaos, and it is about what a one-sided echo's gradient is off by.
 *
 * Two passes; the parameters stay what they are.
 */
export async function returnError(
  device: Device<'echo'>,
  drive: Float64Array,
  opts: CallOptions = {},
): Promise<{ readonly error: number; readonly receipts: readonly Receipt[] }> {
  await using flight = await device.echo.launch(drive, opts)
  const { returned, receipt } = await flight.echo(new Float64Array(flight.output.length), opts)
  const sent = drive.subarray(0, device.sheet.drive.width)
  const error = norm(sent) === 0 ? norm(returned) : relativeDistance(returned, sent)
  return { error, receipts: [flight.receipt, receipt] }
}

/** Throws `CONFIG` unless the return error is to be measured every whole number of steps, or never again (Infinity). */
export function checkReturnEvery(who: string, every: number): void {
  if ((Number.isSafeInteger(every) && every >= 1) || every === Number.POSITIVE_INFINITY) return
  throw new InsituError('CONFIG', `${who}: returnEvery must be a whole number from 1 or Infinity, got ${every}`)
}

/** Counts a step, and measures the return error if it is due: at the first step and every so many. */
export async function returnWhenDue(
  state: { steps: number },
  every: number,
  device: Device<'echo'>,
  drive: Float64Array,
  opts: CallOptions,
): Promise<{ readonly health: Pick<Health, 'returnError'>; readonly receipts: readonly Receipt[] }> {
  if (state.steps++ % every !== 0) return { health: {}, receipts: [] }
  const { error, receipts } = await returnError(device, drive, opts)
  return { health: { returnError: error }, receipts }
}
