import { createCode } from '../../codes/code.ts'
import { perParameter } from '../../codes/expand.ts'
import type { CallOptions } from '../../contract/backend.ts'
import type { Device } from '../../contract/device.ts'
import { paramCount } from '../../contract/sheet.ts'
import type { Cost } from '../../cost/cost.ts'
import type { Lesson } from '../rule.ts'

export interface FiniteDifferenceOptions {
  /** Step to both sides, one for all or one per bank, in the bank's unit. */
  readonly step: number | readonly number[]
  readonly cost: Cost
  /** Most slots per call of `measure`; default 4096. */
  readonly burst?: number
}

/**
 * The mean cost's gradient over a lesson, measured on the machine by central differences, one parameter at a time.
 * Takes 2 P rows slots under the parameters stored now; parameters of a bank with step 0 get gradient 0.
 */
export async function finiteDifference(
  device: Device,
  lesson: Lesson,
  options: FiniteDifferenceOptions,
  opts: CallOptions = {},
): Promise<{ readonly gradient: Float64Array; readonly slots: number }> {
  const { sheet } = device
  const { cost, burst = 4096 } = options
  const amplitudes = typeof options.step === 'number' ? sheet.banks.map(() => options.step as number) : options.step
  const count = paramCount(sheet)
  const { rows } = lesson
  const perCall = Math.max(1, Math.floor(burst / (2 * rows)))
  const amplitude = perParameter(sheet, amplitudes)
  const source = createCode('sequential', 0, count)
  const active = new Float64Array(count)
  const gradient = new Float64Array(count)
  for (let first = 0; first < count; first += perCall) {
    const codes = Math.min(perCall, count - first)
    const slots = 2 * codes * rows
    const data = new Float64Array(slots * sheet.drive.width)
    for (let n = 0; n < 2 * codes; n++) data.set(lesson.drive, n * lesson.drive.length)
    const readings = new Float64Array(slots * sheet.sense.width)
    const delta = {
      kind: 'code',
      family: 'sequential',
      seed: 0,
      first,
      amplitudes,
      hold: rows,
      pairing: 'opposite',
    } as const
    await device.measure({ slots, drive: { kind: 'track', data, hold: 1 }, delta }, readings, opts)
    const costs = new Float64Array(slots)
    cost.values(readings, slots, sheet.sense.width, { data: lesson.target, rows, hold: 1 }, costs)
    for (let n = 0; n < codes; n++) {
      source.fill(first + n, active)
      const i = active.indexOf(1)
      let difference = 0
      for (let r = 0; r < rows; r++) difference += costs[2 * n * rows + r] - costs[(2 * n + 1) * rows + r]
      gradient[i] = amplitude[i] === 0 ? 0 : difference / (2 * amplitude[i] * rows)
    }
  }
  return { gradient, slots: 2 * count * rows }
}

/** Angle between two vectors in degrees; 90 if one of them is zero. */
export function angleDeg(a: Float64Array, b: Float64Array): number {
  let dot = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i]
    aa += a[i] * a[i]
    bb += b[i] * b[i]
  }
  if (aa === 0 || bb === 0) return 90
  // atan2 of the rejection keeps small angles exact where acos would round to 0.
  const scale = dot / bb
  let rest = 0
  for (let i = 0; i < a.length; i++) rest += (a[i] - scale * b[i]) ** 2
  return (Math.atan2(Math.sqrt(rest), scale * Math.sqrt(bb)) * 180) / Math.PI
}
