import { expandDense } from '../../src/codes/expand.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Code } from '../../src/contract/block.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  applyOverhead,
  applyReply,
  type Coefficients,
  type Description,
  encodeApply,
  FRAME_OVERHEAD,
  numberBytes,
  parameterCrc,
  REQUEST,
} from '../../src/wire/index.ts'
import { scaledCoefficients } from '../../src/wire/scaling.ts'
import { checkAmplitudes } from './measure.ts'
import type { Session } from './session.ts'

/** Lets the device replay its codes times coefficients, frame by frame; `session.theta` is then what it holds. */
export async function apply(session: Session, code: Code, coefficients: Float64Array): Promise<Receipt> {
  const { link, description, fixed, theta } = session
  const { layout } = description
  checkAmplitudes(description, code)
  const room = link.identity.maxFrame - FRAME_OVERHEAD - applyOverhead(layout)
  const most = Math.min(65535, Math.floor(room / numberBytes(layout.format)))
  if (most < 1) throw tooSmall(description, link.identity.maxFrame)
  const total = { clipped: 0, retries: 0 }
  let crc: number | undefined
  for (let k = 0; k < coefficients.length; k += most) {
    const part = quantised(description, coefficients.subarray(k, k + most))
    const piece: Code = { ...code, first: code.first + k, hold: 1, pairing: 'single' }
    const { value, retries } = await link.call(
      REQUEST.apply,
      encodeApply(layout, link.armId, piece, part),
      applyReply.decode,
      { workMs: 1000 * part.values.length * description.sheet.slotSeconds },
    )
    if (fixed?.exact) fixed.apply(piece, part.exponent, part.values)
    total.clipped += value.clipped
    total.retries += retries
    crc = value.parameterCrc
  }
  if (crc !== undefined) {
    if (fixed?.exact) fixed.read(theta)
    // Where the host cannot follow, or did not follow well, the device has the last word.
    if (!fixed?.exact || parameterCrc(layout, theta) !== crc) total.retries += await session.refresh(crc)
  }
  return { slots: 0, saturated: 0, startedAt: 0, endedAt: 0, ...total }
}

/** For a device that generates codes but does not replay them: the sum is formed here and written. */
export async function applyFromHost(session: Session, code: Code, coefficients: Float64Array): Promise<Receipt> {
  const { sheet } = session.description
  const reading = await session.known()
  const dense = expandDense({ ...code, hold: 1, pairing: 'single' }, coefficients.length, sheet)
  const theta = session.theta.slice()
  const count = theta.length
  for (let k = 0; k < coefficients.length; k++)
    for (let i = 0; i < count; i++) theta[i] += coefficients[k] * dense.data[k * count + i]
  let clipped = 0
  let i = 0
  for (const { width, min, max } of sheet.banks) {
    for (const end = i + width; i < end; i++) {
      const kept = Math.max(min, Math.min(max, theta[i]))
      if (kept !== theta[i]) clipped++
      theta[i] = kept
    }
  }
  const retries = reading + (await session.write(theta))
  return { slots: 0, clipped, saturated: 0, retries, startedAt: 0, endedAt: 0 }
}

function quantised({ layout, sheet }: Description, coefficients: Float64Array): Coefficients {
  if (layout.format === 'f64') return { exponent: 0, values: coefficients }
  const scaled = scaledCoefficients(coefficients)
  if (scaled !== undefined) return scaled
  throw new InsituError('LIMIT', `${nameOf(sheet)}: a coefficient beyond 32767 does not fit 16 bits`, {
    device: sheet.machine,
    hint: 'lower the learning rate',
  })
}

function tooSmall({ sheet }: Description, maxFrame: number): InsituError {
  return new InsituError('LIMIT', `${nameOf(sheet)}: no coefficient fits the device's frames of ${maxFrame} bytes`, {
    device: sheet.machine,
    hint: 'use firmware with larger frames',
  })
}
