import type { Backend, Receipt } from '../../src/contract/backend.ts'
import type { LoadedBlock, Track } from '../../src/contract/block.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet, nameOf, type Port, type Readings } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { sparesLowest } from '../../src/wire/index.ts'

/** Part of a step by which rounding may keep the end of a range from its count. */
const ROUNDING = 1e-6

/**
 * A machine as 16-bit converters show it: every range ends on a whole count, and no value lies beyond its range.
 *
 * Codes and learning stay behind: their arithmetic in counts is that of one chip, not of any machine. Throws `CONFIG`
 * naming the port that does not fit 16 bits, and for a machine with the facet `echo`: what comes back of
 * a small injection is a small difference, which counts would round away.
 */
export function counted(backend: Backend & Partial<Facets>): Backend & Partial<Facets> {
  const { local, adjoint, echo, state, taps } = backend
  if (echo !== undefined) throw noCounts(backend.sheet)
  const sheet = countedSheet(backend.sheet)
  const sense = local && readable(sheet, 'local', local.sense)
  const layers = taps?.layers.map((layer, n) => readable(sheet, `taps.layers[${n}]`, layer))
  const load = adjoint && fitted(sheet, 'load', adjoint.load)

  /** What the machine is given: an end of its own range where that of the counts is beyond it by rounding. */
  const given = (block: LoadedBlock): LoadedBlock => ({
    ...block,
    drive: trackWithin(block.drive, backend.sheet.drive),
    ...(block.load && adjoint && { load: trackWithin(block.load, adjoint.load) }),
  })
  const read = async (call: Promise<Receipt>, into: Float64Array, inner?: () => void): Promise<Receipt> => {
    const receipt = await call
    keepWithin(into, sheet.sense)
    inner?.()
    return receipt
  }
  return {
    sheet,
    store: (theta, opts) => backend.store(thetaWithin(theta, backend.sheet), opts),
    measure: (block, into, opts) => read(backend.measure(given(block), into, opts), into),
    ...(adjoint &&
      load && {
        adjoint: { load, hold: (block, into, opts) => read(adjoint.hold(given(block), into, opts), into) },
      }),
    ...(local &&
      sense && {
        local: {
          reads: local.reads,
          sense,
          read: (block, into, readings, opts) =>
            read(local.read(given(block), into, readings, opts), into, () => keepWithin(readings, sense)),
        },
      }),
    ...(taps &&
      layers && {
        taps: {
          layers,
          read: (block, into, readings, opts) =>
            read(taps.read(given(block), into, readings, opts), into, () => keepRows(readings, layers)),
        },
      }),
    ...(state && { state }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

function noCounts(sheet: DataSheet): InsituError {
  return new InsituError('CONFIG', `${nameOf(sheet)}: its echo cannot be served in 16 bits`, {
    device: sheet.machine,
    hint: 'serve it with format f64',
  })
}

function countedSheet(sheet: DataSheet): DataSheet {
  return dataSheet({
    ...sheet,
    banks: sheet.banks.map((bank) => {
      const port = fitted(sheet, `bank ${bank.name}`, bank)
      return { ...port, safe: Math.min(port.max, Math.max(port.min, bank.safe)) }
    }),
    drive: fitted(sheet, 'drive', sheet.drive),
    sense: readable(sheet, 'sense', sheet.sense),
  })
}

/** The port with its range from the first to the last whole count within. */
function fitted<P extends Port>(sheet: DataSheet, name: string, port: P): P {
  const { min, max, step } = port
  const low = Math.ceil(min / step - ROUNDING)
  const high = Math.floor(max / step + ROUNDING)
  if (step > 0 && low >= -32768 && high <= 32767 && low < high) return { ...port, min: low * step, max: high * step }
  throw new InsituError(
    'CONFIG',
    `${nameOf(sheet)}: ${name} cannot be served in 16 bits: ${min}..${max} ${port.unit} in steps of ${step}`,
    {
      device: sheet.machine,
      hint: 'serve it with format f64, or give every port a step and a range of 65,535 of them',
    },
  )
}

/** The same for readings, of which one count must be left for those that could not be taken. */
function readable<P extends Port>(sheet: DataSheet, name: string, port: P): P {
  const served = fitted(sheet, name, port)
  if (sparesLowest(served)) return served
  throw new InsituError(
    'CONFIG',
    `${nameOf(sheet)}: ${name} uses the count -32768, which has to stand for a reading that could not be taken`,
    { device: sheet.machine, hint: 'let its range begin one step higher' },
  )
}

function trackWithin(track: Track, port: Port): Track {
  const data = track.data.slice()
  keepWithin(data, port)
  return { ...track, data }
}

function thetaWithin(theta: Float64Array, { banks }: DataSheet): Float64Array {
  const kept = theta.slice()
  let start = 0
  for (const bank of banks) {
    keepWithin(kept.subarray(start, start + bank.width), bank)
    start += bank.width
  }
  return kept
}

/** The same for rows made of several layers. */
function keepRows(values: Float64Array, layers: readonly Readings[]): void {
  for (let at = 0; at < values.length; ) {
    for (const layer of layers) {
      keepWithin(values.subarray(at, at + layer.width), layer)
      at += layer.width
    }
  }
}

/** Moves numbers beyond a range to its ends; what is no number stays what it is. */
function keepWithin(values: Float64Array, { min, max }: Port): void {
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i])) values[i] = Math.min(max, Math.max(min, values[i]))
}
