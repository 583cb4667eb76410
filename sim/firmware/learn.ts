import { rowIndex } from '../../src/codes/expand.ts'
import type { LearnRequest } from '../../src/wire/index.ts'
import { roundShift, type Scaled } from '../../src/wire/scaling.ts'
import { type FirmwareChip, Perturbed } from './chip.ts'
import { counts } from './counts.ts'
import { offsets } from './offsets.ts'
import { codeValues } from './values.ts'

/** Bound of C - C0, counts squared. */
const PEAK = 2 ** 30
const MOST_COUNTED = 0xffff

/** A LEARN request as it travels, its arming aside. */
export type TwinJob = Omit<LearnRequest, 'armId' | 'gain'> & { readonly gain: readonly Scaled[] }

/** LEARN, bit for bit as `drivers/firmware/core/learn.c`: writes one cost per row; returns the clip count. */
export function learnOnTwin(chip: FirmwareChip, job: TwinJob, costs: Float64Array): number {
  const { parameters, sheet, forward } = chip
  const { code, hold, updateEvery, rows } = job
  const width = sheet.sense.width
  const drive = counts(job.drive, sheet.drive.step)
  const target = counts(job.target, sheet.sense.step)
  const perturbed = new Perturbed(parameters.dac, offsets(sheet, code, rows * hold))
  const update = updater(chip, job)
  const differences = new Float64Array(updateEvery)
  const baseline = new Int16Array(width)
  const reading = new Int16Array(width)
  let clipped = 0
  let held = 0
  let baselineCost = 0
  parameters.clipped = 0

  for (let row = 0, step = 0; row < rows; row++) {
    let stale = true
    let cost = 0
    for (let t = 0; t < hold; t++, step++) {
      if (stale) {
        forward(parameters.dac, drive, row, baseline, 0)
        baselineCost = baselineOf(baseline, target, row * width)
        perturbed.refresh(Math.floor(step / code.hold))
        stale = false
      }
      clipped += perturbed.at(step)
      forward(perturbed.dac, drive, row, reading, 0)
      differences[held++] = difference(reading, baseline, target, row * width)
      cost += baselineCost
      if (held === updateEvery) {
        update(step + 1 - held, differences)
        held = 0
        stale = true
      }
    }
    costs[row] = Math.floor(cost / hold)
  }
  return Math.min(MOST_COUNTED, Math.min(MOST_COUNTED, clipped) + Math.min(MOST_COUNTED, parameters.clipped))
}

/** Sum over the outputs of (y - t)^2 / 16, floor, within 32 bits. */
function baselineOf(reading: Int16Array, target: Int16Array, at: number): number {
  let sum = 0
  for (let o = 0; o < reading.length; o++) sum += Math.floor((reading[o] - target[at + o]) ** 2 / 16)
  return Math.min(2 ** 32 - 1, sum)
}

function difference(reading: Int16Array, baseline: Int16Array, target: Int16Array, at: number): number {
  let sum = 0
  for (let o = 0; o < reading.length; o++) {
    const wanted = target[at + o]
    sum += (reading[o] - wanted) ** 2 - (baseline[o] - wanted) ** 2
    sum = Math.max(-PEAK, Math.min(PEAK, sum))
  }
  return sum
}

/** theta -= sum over a window of code x gain x (C - C0). */
function updater(chip: FirmwareChip, { code, gain }: TwinJob) {
  const { parameters, banks } = chip
  const count = parameters.dac.length
  const values = codeValues(code.family, code.seed, count)
  const value = new Int16Array(count)
  const increment = new Float64Array(count)
  return (start: number, differences: Float64Array) => {
    for (let n = 0; n < differences.length; n++) {
      const { k, negative } = rowIndex(code, Math.floor((start + n) / code.hold))
      values.fill(k, value)
      gain.forEach(({ mantissa, exponent }, b) => {
        const by = roundShift(differences[n] * mantissa, exponent)
        increment.fill(negative ? by : -by, banks[b], banks[b + 1])
      })
      parameters.add(value, values.unit, increment)
    }
  }
}
