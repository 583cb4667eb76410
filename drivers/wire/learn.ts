import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import { type LearnJob, learnSlots } from '../../src/contract/facets.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  type Description,
  decodeLearnReply,
  encodeLearn,
  FRAME_OVERHEAD,
  type Gain,
  learnBytes,
  REQUEST,
} from '../../src/wire/index.ts'
import { costUnit, scaledGains } from '../../src/wire/scaling.ts'
import { checkAmplitudes } from './measure.ts'
import type { Session } from './session.ts'

/** Lets the device learn by itself, as many samples a request as fit a frame; no update window is torn. */
export async function learn(session: Session, job: LearnJob, costs: Float64Array, opts: CallOptions): Promise<Receipt> {
  const { link, description } = session
  const { layout, sheet } = description
  checkAmplitudes(description, job.code)
  const gain = gainOf(description, job)
  const most = rowsPerFrame(description, link.identity.maxFrame, job)
  let receipt: Receipt | undefined
  let crc: number | undefined
  for (let row = 0; row < job.rows; row += most) {
    const rows = Math.min(most, job.rows - row)
    const payload = encodeLearn(layout, {
      armId: link.armId,
      code: { ...job.code, first: job.code.first + row * job.hold },
      gain,
      hold: job.hold,
      updateEvery: job.updateEvery,
      rows,
      drive: job.drive.subarray(row * layout.drive.width, (row + rows) * layout.drive.width),
      target: job.target.subarray(row * layout.sense.width, (row + rows) * layout.sense.width),
    })
    const { value, retries } = await link.call(
      REQUEST.learn,
      payload,
      (reply) => decodeLearnReply(layout, reply, rows),
      // One reading a step and one for its baseline.
      { signal: opts.signal, workMs: 2000 * rows * job.hold * sheet.slotSeconds, replyBytes: rows * 8 },
    )
    const unit = layout.format === 'f64' ? 1 : costUnit(layout)
    for (let r = 0; r < rows; r++) costs[row + r] = value.costs[r] * unit
    crc = value.parameterCrc
    const startedAt = session.stopwatch.seconds(value.startedAt)
    const endedAt = session.stopwatch.seconds(value.endedAt)
    receipt = {
      slots: learnSlots({ ...job, rows: row + rows }),
      clipped: (receipt?.clipped ?? 0) + value.clipped,
      retries: (receipt?.retries ?? 0) + retries,
      saturated: 0,
      startedAt: receipt?.startedAt ?? startedAt,
      endedAt,
    }
  }
  if (receipt === undefined) throw new InsituError('INTERNAL', `${nameOf(sheet)}: a learning job without rows`)
  return { ...receipt, retries: receipt.retries + (await session.refresh(crc)) }
}

/** Rows a request can carry: a whole number of update windows, unless all fit. */
function rowsPerFrame(description: Description, maxFrame: number, job: LearnJob): number {
  const { layout, sheet, learnRows, updateEvery } = description
  const { head, row } = learnBytes(layout)
  const fit = Math.min(learnRows, Math.floor((maxFrame - FRAME_OVERHEAD - head) / row))
  if (job.hold > 65535) throw limit(sheet, `a sample held ${job.hold} steps`, 'at most 65535 can be sent')
  if (job.updateEvery > updateEvery)
    throw limit(sheet, `${job.updateEvery} steps between updates`, `at most ${updateEvery} are kept`)
  if (fit >= job.rows) return job.rows
  const window = job.updateEvery / gcd(job.updateEvery, job.hold)
  const rows = fit - (fit % window)
  if (rows > 0) return rows
  throw limit(sheet, `an update window of ${window} samples`, `${Math.max(0, fit)} samples fit one request`)
}

function limit(sheet: Description['sheet'], wanted: string, given: string): InsituError {
  return new InsituError('LIMIT', `${nameOf(sheet)}: learning on board with ${wanted}: ${given}`, {
    device: sheet.machine,
    hint: 'update more often, or hold samples longer',
  })
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** The rate as the device needs it. */
function gainOf({ layout, sheet }: Description, job: LearnJob): Gain {
  if (layout.format === 'f64') return { rate: job.rate }
  return scaledGains(layout, job).map((gain, b) => {
    if (gain !== undefined) return gain
    throw limit(sheet, `rate ${job.rate}`, `the gain of bank ${sheet.banks[b].name} cannot be written in 16 bits`)
  })
}
