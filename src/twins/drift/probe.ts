import type { CallOptions } from '../../contract/backend.ts'
import type { CheckedDevice } from '../../contract/device.ts'
import type { TwinRecord } from '../calibration.ts'
import { type ProbePlan, probes } from '../probes.ts'

/** Reads beside the parameters that a machine is trained at. */
export type DriftProbes = Pick<ProbePlan, 'settings' | 'rows' | 'reach' | 'seed'>

/** What was read, and what it took. */
export interface Probed {
  readonly records: readonly TwinRecord[]
  readonly slots: number
  readonly clipped: number
  readonly saturated: number
  readonly retries: number
}

/**
 * Reads rows that were shown lately at parameters beside `theta` (as far as `reach`, default 0.03 of the range), other ones in each
 * `round`; `theta` is stored again at the end, come what may.
 */
export async function probe(
  device: CheckedDevice,
  theta: Float64Array,
  shown: readonly Pick<TwinRecord, 'drive'>[],
  options: DriftProbes & { readonly round: number },
  opts: CallOptions,
): Promise<Probed> {
  const { round, reach = 0.03, seed = 1, ...plan } = options
  const drive = Float64Array.from(shown.flatMap((record) => Array.from(record.drive)))
  const records: TwinRecord[] = []
  const tally = { slots: 0, clipped: 0, saturated: 0, retries: 0 }
  try {
    for (const beside of probes(device.sheet, { ...plan, reach, seed: seed + round, drive }, theta)) {
      await device.store(beside.theta, opts)
      const sense = new Float64Array(beside.rows * device.sheet.sense.width)
      const track = { kind: 'track', data: beside.drive, hold: 1 } as const
      const receipt = await device.measure({ slots: beside.rows, drive: track }, sense, opts)
      for (const key of ['slots', 'clipped', 'saturated', 'retries'] as const) tally[key] += receipt[key]
      records.push({ ...beside, sense })
    }
  } catch (error) {
    // What went wrong first is what is told; a machine that is gone cannot be put back.
    await device.store(theta).catch(() => undefined)
    throw error
  }
  // Without the signal: a call that is aborted now must not leave a probe stored.
  await device.store(theta)
  return { records, ...tally }
}
