import { bankOffsets, type DataSheet } from '../contract/sheet.ts'
import { expected } from './ask.ts'
import type { Calibration } from './calibration.ts'
import { fitTwin } from './fit.ts'
import type { Twin } from './twin.ts'

export interface Compensation {
  readonly twin: Twin
  /** The machine as it is to behave: parameters stored and the twin's own, at the time. */
  readonly wanted: { readonly theta: Float64Array; readonly parameters: Float64Array }
  /** The machine as it is now, by its latest calibration. */
  readonly now: Pick<Calibration, 'parameters' | 'sigma'>
  /** What is stored now; the new parameters stay near it where readings do not tell. */
  readonly theta: Float64Array
  /** Rows the machine is shown, rows x drive width: it will behave as wanted on rows like these. */
  readonly drive: Float64Array
  readonly rows: number
  /** Limits of the parameters. */
  readonly sheet: DataSheet
  /** How far each parameter may have to go, one standard deviation as a part of its range; default 0.05. */
  readonly reach?: number
}

/**
 * Parameters at which a machine that has drifted reads as it did: what the twin expected then is fitted by what it expects now,
 * with theta as the unknowns. Needs no targets and no reads; the result is within the machine's limits and is not stored.
 *
 * Throws as `fitTwin` does.
 */
export async function compensate(compensation: Compensation): Promise<Float64Array> {
  const { twin, wanted, now, theta, drive, rows, sheet, reach = 0.05 } = compensation
  const sense = await expected(twin, { ...wanted, drive, rows })
  const offsets = bankOffsets(sheet)
  const deviations = new Float64Array(theta.length)
  for (const [b, { min, max }] of sheet.banks.entries())
    deviations.fill(reach * (max - min), offsets[b], offsets[b + 1])
  const record = { theta: new Float64Array(0), drive, rows, sense }
  const { parameters } = await fitTwin(stored(twin, now.parameters), [record], {
    prior: { mean: theta, deviations },
    sigma: now.sigma,
  })
  const next = parameters.slice()
  for (const [b, { min, max }] of sheet.banks.entries())
    for (let i = offsets[b]; i < offsets[b + 1]; i++) next[i] = Math.min(max, Math.max(min, next[i]))
  return next
}

/** A twin whose unknowns are what is stored on the machine, its own parameters being known. */
function stored(twin: Twin, parameters: Float64Array): Twin {
  return {
    name: `${twin.name}, by what is stored`,
    width: { ...twin.width, theta: 0 },
    banks: [{ name: 'theta', width: twin.width.theta, unit: '1', start: 0, spread: 1 }],
    forward: ({ drive, rows, parameters: theta }, sense) => twin.forward({ theta, drive, rows, parameters }, sense),
    vjp: ({ drive, rows, parameters: theta }, measured, cotangent, into) =>
      twin.vjp({ theta, drive, rows, parameters }, measured, cotangent, {
        ...(into.drive !== undefined && { drive: into.drive }),
        ...(into.parameters !== undefined && { theta: into.parameters }),
      }),
  }
}
