import { InsituError } from '../errors.ts'

/** A physical unit as mathjs writes it ("V", "N/m", "rad"); "1" for a pure number. */
export type Unit = string

/** A row of numbers a machine takes in or gives back. */
export interface Port {
  /** Numbers per row. */
  readonly width: number
  readonly unit: Unit
  /** Smallest and largest value, in `unit`. */
  readonly min: number
  readonly max: number
  /** Smallest step the hardware resolves, in `unit`; 0 if continuous. */
  readonly step: number
}

/** A row of readings; `noise` is the standard deviation of one, in `unit` (0 if none). */
export interface Readings extends Port {
  readonly noise: number
}

/** One named group of parameters, a slice of the flat theta. */
export interface Bank extends Port {
  readonly name: string
  /** Value a silent or stopped machine falls back to, in `unit`. */
  readonly safe: number
  /** Fastest change the hardware takes, in `unit` per second; Infinity if it does not matter. */
  readonly slew: number
}

/** What stands behind the contract. */
export type Kind = 'simulator' | 'emulated firmware' | 'hardware'

/** What a machine is and can take; frozen. */
export interface DataSheet {
  /** Machine family, e.g. "mgd-chip"; which `devices/` file explains it. */
  readonly machine: string
  readonly kind: Kind
  /** Which one it is: model and preset of a simulator, firmware and serial number of a board. */
  readonly identity: string
  /** Banks in the order they lie in theta; none where the machine has no parameters, as a recorded one may. */
  readonly banks: readonly Bank[]
  readonly drive: Port
  readonly sense: Readings
  /** Most slots one exchange can carry. */
  readonly maxSlots: number
  /** Time the machine spends on one slot, in seconds. */
  readonly slotSeconds: number
  /** Equal seed and equal calls give equal readings, bit for bit. */
  readonly repeatable: boolean
  /** What made it so: layer sizes, preset, firmware version. Data for people and records. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** Number of parameters in theta. */
export function paramCount(sheet: DataSheet): number {
  let total = 0
  for (const bank of sheet.banks) total += bank.width
  return total
}

/** The safe value of every parameter, in theta's order. */
export function safeTheta(sheet: Pick<DataSheet, 'banks'>): Float64Array {
  const theta = new Float64Array(sheet.banks.reduce((total, bank) => total + bank.width, 0))
  let end = 0
  for (const { width, safe } of sheet.banks) {
    theta.fill(safe, end, end + width)
    end += width
  }
  return theta
}

/** "mgd-chip (2-2-1 ideal)": how messages name a machine. */
export function nameOf(sheet: DataSheet): string {
  return `${sheet.machine} (${sheet.identity})`
}

/** First index of every bank in theta, and one past the last. */
export function bankOffsets(sheet: DataSheet): readonly number[] {
  const offsets = [0]
  for (const bank of sheet.banks) offsets.push((offsets.at(-1) as number) + bank.width)
  return offsets
}

/** Throws `CONFIG` naming the field of a port that makes no sense; `of` says whose port it is. */
export function checkPort(of: string, name: string, port: Port): void {
  const bad = (field: string, wanted: string, given: unknown) =>
    new InsituError('CONFIG', `data sheet of ${of}: ${name}.${field} must be ${wanted}, got ${String(given)}`, {
      device: of,
    })
  if (!Number.isInteger(port.width) || port.width < 1) throw bad('width', 'a whole number from 1', port.width)
  if (typeof port.unit !== 'string' || port.unit === '') throw bad('unit', 'a unit ("1" if none)', port.unit)
  if (!(port.min < port.max)) throw bad('min..max', 'a rising range', `${port.min}..${port.max}`)
  if (!(port.step >= 0) || !Number.isFinite(port.step)) throw bad('step', 'zero or positive', port.step)
}

/** The same for readings. */
export function checkReadings(of: string, name: string, readings: Readings): void {
  checkPort(of, name, readings)
  if (readings.noise >= 0) return
  throw new InsituError(
    'CONFIG',
    `data sheet of ${of}: ${name}.noise must be zero or positive, got ${String(readings.noise)}`,
    { device: of },
  )
}

/** Returns a deeply frozen, checked copy; throws `CONFIG` naming the field that is wrong. */
export function dataSheet(sheet: DataSheet): DataSheet {
  const bad = (field: string, wanted: string, given: unknown) =>
    new InsituError('CONFIG', `data sheet of ${sheet.machine}: ${field} must be ${wanted}, got ${String(given)}`, {
      device: sheet.machine,
    })
  const names = new Set<string>()
  for (const bank of sheet.banks) {
    checkPort(sheet.machine, `bank ${bank.name}`, bank)
    if (names.has(bank.name)) throw bad('banks', 'uniquely named', `"${bank.name}" twice`)
    names.add(bank.name)
    if (!(bank.safe >= bank.min && bank.safe <= bank.max))
      throw bad(`bank ${bank.name}.safe`, 'within its limits', bank.safe)
    if (!(bank.slew > 0)) throw bad(`bank ${bank.name}.slew`, 'positive', bank.slew)
  }
  checkPort(sheet.machine, 'drive', sheet.drive)
  checkReadings(sheet.machine, 'sense', sheet.sense)
  if (!Number.isInteger(sheet.maxSlots) || sheet.maxSlots < 1)
    throw bad('maxSlots', 'a whole number from 1', sheet.maxSlots)
  if (!(sheet.slotSeconds >= 0)) throw bad('slotSeconds', 'zero or positive', sheet.slotSeconds)
  return Object.freeze({
    ...sheet,
    banks: Object.freeze(sheet.banks.map((bank) => Object.freeze({ ...bank }))),
    drive: Object.freeze({ ...sheet.drive }),
    sense: Object.freeze({ ...sheet.sense }),
    settings: Object.freeze({ ...sheet.settings }),
  })
}
