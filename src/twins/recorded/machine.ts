import { expandDense } from '../../codes/expand.ts'
import type { Backend } from '../../contract/backend.ts'
import type { Block } from '../../contract/block.ts'
import { type DataSheet, dataSheet, nameOf, type Port, safeTheta } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import { Rows } from './lookup.ts'
import { checkTable, parametersOf, type RecordedTable } from './table.ts'

/** Most slots of an exchange: nothing limits replay, and a block of them fits in memory. */
const MOST_SLOTS = 65_536

/**
 * A table of measured pairs as a machine that gives each reading again that was taken, and no other.
 *
 * Parameters (with their perturbation) and drive must be recorded ones, within half a step; a row that was measured several times reads
 * as the mean of its takes. Anything else is refused with `DEVICE_REFUSED`, which names the nearest row: a table cannot say what the
 * machine would have read. A table without parameters is a machine with no banks. Throws as `checkTable` does.
 */
export function recordedMachine(table: RecordedTable): Backend {
  checkTable(table)
  const sheet = sheetOf(table)
  const name = nameOf(sheet)
  const params = parametersOf(table)
  const { drive, sense } = sheet
  const settings: readonly Port[] = table.banks.flatMap((bank) => new Array<Port>(bank.width).fill(bank))
  const inputs: readonly Port[] = new Array<Port>(drive.width).fill(drive)
  const { records } = table
  const thetas = Float64Array.from(records.flatMap(({ theta }) => [...theta]))
  const byTheta = new Rows(thetas, records.length, settings)
  const byDrive = records.map((record) => new Rows(record.drive, record.rows, inputs))
  const stored = safeTheta(sheet)
  const theta = new Float64Array(params)
  let slot = 0

  const refuse = (what: string, rows: Rows, values: Float64Array, at: number, ports: readonly Port[], of: string) => {
    const { row, column, value } = rows.nearest(values, at, ports)
    return new InsituError(
      'DEVICE_REFUSED',
      `${name}: ${what} was not recorded; the nearest of ${rows.count} recorded is ${of} ${row}, whose number ${column} is ${value} ${ports[column].unit} instead of ${values[at + column]} ${ports[column].unit}`,
      {
        device: sheet.machine,
        hint: 'a table gives again what was measured; fit a twin to it to know what lies between',
      },
    )
  }

  const take = (t: number, driven: Float64Array, at: number, into: Float64Array) => {
    const here = params === 0 ? [...records.keys()] : byTheta.find(theta, 0)
    if (here.length === 0) throw refuse(`the setting of slot ${t}`, byTheta, theta, 0, settings, 'setting')
    const mean = into.subarray(t * sense.width, (t + 1) * sense.width).fill(0)
    let takes = 0
    for (const n of here) {
      for (const row of byDrive[n].find(driven, at)) {
        takes++
        for (let c = 0; c < sense.width; c++) mean[c] += records[n].sense[row * sense.width + c]
      }
    }
    if (takes === 0) throw refuse(`the drive of slot ${t}`, byDrive[here[0]], driven, at, inputs, 'row')
    if (takes > 1) for (let c = 0; c < sense.width; c++) mean[c] /= takes
  }

  return {
    sheet,
    async store(values) {
      stored.set(values)
    },
    async measure(block: Block, into: Float64Array) {
      const { slots } = block
      const delta = block.delta && expandDense(block.delta, slots, sheet)
      for (let t = 0; t < slots; t++) {
        theta.set(stored)
        if (delta !== undefined) {
          const row = Math.floor(t / delta.hold) * params
          for (let p = 0; p < params; p++) theta[p] += delta.data[row + p]
        }
        take(t, block.drive.data, Math.floor(t / block.drive.hold) * drive.width, into)
      }
      const startedAt = slot
      slot += slots
      return { slots, clipped: 0, retries: 0, saturated: 0, startedAt, endedAt: slot }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** Replay has no time, and the same question has the same answer. */
function sheetOf({ machine, identity, kind, banks, drive, sense, records }: RecordedTable): DataSheet {
  return dataSheet({
    machine: `recorded-${machine}`,
    kind: 'simulator',
    identity,
    banks,
    drive,
    sense,
    maxSlots: MOST_SLOTS,
    slotSeconds: 0,
    repeatable: true,
    settings: {
      recordedFrom: kind,
      records: records.length,
      rows: records.reduce((sum, { rows }) => sum + rows, 0),
    },
  })
}
