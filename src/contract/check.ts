import { InsituError } from '../errors.ts'
import type { Block, Code, Delta, LoadedBlock, Track } from './block.ts'
import { rowsFor } from './block.ts'
import type { Inner } from './inner.ts'
import type { DataSheet, Port } from './sheet.ts'
import { nameOf, paramCount } from './sheet.ts'

/** Largest code index: code indices are unsigned 32-bit on every machine. */
const MAX_CODE_INDEX = 2 ** 32

/** Throws `SHAPE` naming both lengths. */
export function checkLength(sheet: DataSheet, what: string, given: number, wanted: number, of: string): void {
  if (given === wanted) return
  throw new InsituError('SHAPE', `${nameOf(sheet)}: ${what} has ${given} numbers, wanted ${wanted} (${of})`, {
    device: sheet.machine,
  })
}

/** Throws `SHAPE` unless `value` is a whole number of at least `from`. */
export function checkCount(sheet: DataSheet, what: string, value: number, from = 1): void {
  if (Number.isSafeInteger(value) && value >= from) return
  throw new InsituError('SHAPE', `${nameOf(sheet)}: ${what} is ${value}, wanted a whole number from ${from}`, {
    device: sheet.machine,
  })
}

/** Throws `NOT_FINITE` naming the first element that is not a number. */
export function checkFinite(sheet: DataSheet, what: string, data: ArrayLike<number>): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new InsituError('NOT_FINITE', `${nameOf(sheet)}: ${what}[${i}] is ${data[i]}; nothing was sent`, {
        device: sheet.machine,
        hint: 'find where the NaN or infinity came from before storing again',
      })
    }
  }
}

/** The same for parameters that a machine read back. */
export function checkReadBack(sheet: DataSheet, theta: Float64Array): void {
  const at = theta.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  throw new InsituError('INVALID_READING', `${nameOf(sheet)}: theta[${at}] was read as ${theta[at]}`, {
    device: sheet.machine,
    hint: 'store parameters, then read again',
  })
}

/** A `LIMIT` error in the form `theta[17]=6.1 V outside [-5, 5] V; nothing was sent`. */
export function limitError(sheet: DataSheet, what: string, value: number, port: Port): InsituError {
  return new InsituError(
    'LIMIT',
    `${nameOf(sheet)}: ${what}=${value} ${port.unit} outside [${port.min}, ${port.max}] ${port.unit}; nothing was sent`,
    { device: sheet.machine, hint: 'scale the value into the range, or attach with { limits: "clip" }' },
  )
}

/** What a call answers that takes no load when it is given one. */
export function noLoad(sheet: DataSheet, call: string): InsituError {
  return new InsituError('CAPABILITY', `${nameOf(sheet)}: ${call} takes no load; nothing was sent`, {
    device: sheet.machine,
    hint: 'hold it by adjoint.hold, or read under it by local.read, where the machine has these facets',
  })
}

/**
 * Checks everything about a block that depends neither on the stored parameters nor on the drive's range (see
 * `limitRows`); throws before anything moves.
 */
export function checkBlock(sheet: DataSheet, block: Block, into: Float64Array): void {
  checkCount(sheet, 'slots', block.slots)
  checkTrack(sheet, 'drive', block.drive, block.slots, sheet.drive.width, 'rows x drive width')
  if (into.length < block.slots * sheet.sense.width) {
    checkLength(sheet, 'into', into.length, block.slots * sheet.sense.width, 'slots x sense width')
  }
  if (block.delta !== undefined) checkDelta(sheet, block.delta, block.slots)
}

/** The same for what else a block may hold and fill: a load, and local readings. */
export function checkLoaded(sheet: DataSheet, block: LoadedBlock, inner: Inner | undefined): void {
  if (block.load !== undefined)
    checkTrack(sheet, 'load', block.load, block.slots, sheet.sense.width, 'rows x sense width')
  if (inner === undefined) return
  const wanted = block.slots * inner.width
  if (inner.data.length < wanted) checkLength(sheet, inner.name, inner.data.length, wanted, `slots x ${inner.of}`)
}

function checkTrack(sheet: DataSheet, what: string, track: Track, slots: number, width: number, of: string): void {
  checkCount(sheet, `${what}.hold`, track.hold)
  checkLength(sheet, what, track.data.length, rowsFor(slots, track.hold) * width, of)
}

function checkDelta(sheet: DataSheet, delta: Delta, slots: number): void {
  const params = paramCount(sheet)
  if (delta.kind === 'track') {
    checkTrack(sheet, 'delta', delta, slots, params, 'rows x parameters')
    checkFinite(sheet, 'delta', delta.data)
    return
  }
  checkCount(sheet, 'delta.hold', delta.hold)
  checkAmplitudes(sheet, delta.amplitudes)
  if (delta.kind === 'signs') {
    const wanted = rowsFor(slots, delta.hold) * Math.ceil(params / 8)
    if (delta.bits.length !== wanted) {
      throw new InsituError(
        'SHAPE',
        `${nameOf(sheet)}: delta has ${delta.bits.length} bytes of signs, wanted ${wanted} (rows x ceil(parameters / 8))`,
        { device: sheet.machine },
      )
    }
  } else checkCode(sheet, delta, rowsFor(slots, delta.pairing === 'opposite' ? 2 * delta.hold : delta.hold))
}

/** Checks a code's seed and that `codes` consecutive indices exist. */
export function checkCode(sheet: DataSheet, code: Code, codes: number): void {
  if (code.pairing !== 'single' && code.pairing !== 'opposite') {
    const given = String(code.pairing satisfies never)
    throw new InsituError('CONFIG', `${nameOf(sheet)}: pairing of a code must be single or opposite, got ${given}`)
  }
  checkCount(sheet, 'code seed', code.seed, 0)
  checkCount(sheet, 'first code index', code.first, 0)
  if (code.seed >= MAX_CODE_INDEX || code.first + codes > MAX_CODE_INDEX) {
    throw new InsituError(
      'LIMIT',
      `${nameOf(sheet)}: code seed ${code.seed} and indices ${code.first}..${code.first + codes - 1} must stay below 2^32`,
      { device: sheet.machine, hint: 'start again at index 0 with another seed' },
    )
  }
  checkAmplitudes(sheet, code.amplitudes)
}

function checkAmplitudes(sheet: DataSheet, amplitudes: readonly number[]): void {
  checkLength(sheet, 'amplitudes', amplitudes.length, sheet.banks.length, 'one per bank')
  checkFinite(sheet, 'amplitudes', amplitudes)
  amplitudes.forEach((amplitude, b) => {
    if (amplitude < 0) {
      throw new InsituError(
        'LIMIT',
        `${nameOf(sheet)}: amplitude of bank ${sheet.banks[b].name} is ${amplitude}, wanted 0 or more`,
      )
    }
  })
}

/**
 * Applies a port's range to the rows of a track: throws `LIMIT` (refuse), or gives a track with clipped values and how
 * many were moved (clip); `NOT_FINITE` for what is no number. A track within its range is given back as it is.
 */
export function limitRows(
  sheet: DataSheet,
  what: string,
  port: Port,
  track: Track,
  policy: 'refuse' | 'clip',
): { readonly track: Track; readonly moved: number } {
  const { data } = track
  const { min, max } = port
  const first = firstOutside(data, 0, data.length, min, max)
  if (first === data.length) return { track, moved: 0 }
  checkFinite(sheet, what, data)
  if (policy === 'refuse') throw limitError(sheet, `${what}[${first}]`, data[first], port)
  const held = data.map((value) => Math.min(Math.max(value, min), max))
  const moved = data.reduce((count, value, i) => count + (value === held[i] ? 0 : 1), 0)
  return { track: { ...track, data: held }, moved }
}

/** First index in [from, to) whose value lies outside the range or is no number; `to` if there is none. */
function firstOutside(data: Float64Array, from: number, to: number, min: number, max: number): number {
  for (let i = from; i < to; i++) if (!(data[i] >= min && data[i] <= max)) return i
  return to
}

/** The same for theta, bank by bank. */
export function limitTheta(sheet: DataSheet, theta: Float64Array, into: Float64Array | undefined): number {
  let moved = 0
  let end = 0
  for (const bank of sheet.banks) {
    const start = end
    end += bank.width
    let i = firstOutside(theta, start, end, bank.min, bank.max)
    if (i < end) checkFinite(sheet, 'theta', theta)
    for (; i < end; i = firstOutside(theta, i + 1, end, bank.min, bank.max)) {
      const value = theta[i]
      if (into === undefined) throw limitError(sheet, `theta[${i}] (${bank.name}[${i - start}])`, value, bank)
      into[i] = value < bank.min ? bank.min : bank.max
      moved++
    }
  }
  return moved
}
