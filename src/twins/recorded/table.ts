import { type Bank, checkPort, checkReadings, type Kind, type Port, type Readings } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { TwinRecord } from '../calibration.ts'

/** What was measured on a machine: all of it that replay and fits need. */
export interface RecordedTable {
  /** Family of the machine, as its data sheet has it. */
  readonly machine: string
  /** Which one it was. */
  readonly identity: string
  readonly kind: Kind
  /** Parameters it was measured at; none where the machine has none. */
  readonly banks: readonly Bank[]
  readonly drive: Port
  readonly sense: Readings
  /** One for every setting of the parameters: what a fit takes. */
  readonly records: readonly TwinRecord[]
}

/** Numbers in a row of theta. */
export function parametersOf({ banks }: Pick<RecordedTable, 'banks'>): number {
  return banks.reduce((sum, { width }) => sum + width, 0)
}

/** Throws `CONFIG` for ports that make no sense, `SHAPE` for records that do not fit them, `NOT_FINITE` and `LIMIT` for their numbers. */
export function checkTable(table: RecordedTable): void {
  const { machine, banks, drive, sense, records } = table
  for (const bank of banks) checkPort(machine, `bank ${bank.name}`, bank)
  checkPort(machine, 'drive', drive)
  checkReadings(machine, 'sense', sense)
  if (records.reduce((sum, { rows }) => sum + rows, 0) === 0)
    throw new InsituError('CONFIG', `table of ${machine}: nothing is recorded`, { device: machine })
  const theta = banks.flatMap((bank) => new Array<Port>(bank.width).fill(bank))
  records.forEach((record, n) => {
    const who = `table of ${machine}, record ${n}`
    checkNumbers(`${who}: theta`, record.theta, theta, 1)
    checkNumbers(`${who}: drive`, record.drive, new Array<Port>(drive.width).fill(drive), record.rows)
    checkNumbers(`${who}: readings`, record.sense, new Array<Port>(sense.width).fill(sense), record.rows)
  })
}

function checkNumbers(who: string, values: Float64Array, ports: readonly Port[], rows: number): void {
  const width = ports.length
  if (values.length !== rows * width)
    throw new InsituError('SHAPE', `${who} has ${values.length} numbers, wanted ${rows * width} (${rows} rows)`)
  values.forEach((value, i) => {
    const { min, max, unit } = ports[i % width]
    if (value >= min && value <= max) return
    const where = `${who}, number ${i % width} of row ${Math.floor(i / width)},`
    if (!Number.isFinite(value)) throw new InsituError('NOT_FINITE', `${where} is ${value}`)
    throw new InsituError('LIMIT', `${where} is ${value} ${unit}, outside [${min}, ${max}] ${unit}`)
  })
}
