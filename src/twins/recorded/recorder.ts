import { expandDense } from '../../codes/expand.ts'
import type { Backend } from '../../contract/backend.ts'
import { paramCount, safeTheta } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { TwinRecord } from '../calibration.ts'
import type { RecordedTable } from './table.ts'

/** A machine that keeps what is measured on it. */
export interface Recorder extends Backend {
  /** All that was measured so far, one record for every setting; throws `CONFIG` where that is nothing. */
  table(): RecordedTable
}

interface Setting {
  readonly theta: Float64Array
  readonly drive: number[]
  readonly sense: number[]
  rows: number
}

/**
 * Puts a recorder in front of a machine: `attach(recorder(machine))` is used as the machine is, and `table()` gives what was measured.
 *
 * Facets are left out: what they do is more than a reading at parameters and a drive. Slots with a reading that is no number are not
 * kept.
 */
export function recorder(backend: Backend): Recorder {
  const { sheet } = backend
  const params = paramCount(sheet)
  const settings = new Map<string, Setting>()
  let stored = safeTheta(sheet)
  const at = (theta: Float64Array): Setting => {
    const key = theta.join()
    const known = settings.get(key)
    if (known !== undefined) return known
    const made: Setting = { theta, drive: [], sense: [], rows: 0 }
    settings.set(key, made)
    return made
  }
  return {
    sheet,
    async store(theta, opts) {
      await backend.store(theta, opts)
      stored = theta.slice()
    },
    async measure(block, into, opts) {
      const receipt = await backend.measure(block, into, opts)
      const delta = block.delta && expandDense(block.delta, block.slots, sheet)
      const { drive, sense } = sheet
      let here = delta === undefined ? at(stored) : undefined
      for (let t = 0; t < block.slots; t++) {
        if (delta !== undefined) {
          const row = Math.floor(t / delta.hold) * params
          if (here === undefined || t % delta.hold === 0)
            here = at(stored.map((value, p) => value + delta.data[row + p]))
        }
        const readings = into.subarray(t * sense.width, (t + 1) * sense.width)
        if (here === undefined || !readings.every(Number.isFinite)) continue
        const row = Math.floor(t / block.drive.hold) * drive.width
        here.drive.push(...block.drive.data.subarray(row, row + drive.width))
        here.sense.push(...readings)
        here.rows++
      }
      return receipt
    },
    table() {
      const records: TwinRecord[] = [...settings.values()]
        .filter(({ rows }) => rows > 0)
        .map(({ theta, drive, sense, rows }) => ({
          theta,
          drive: Float64Array.from(drive),
          sense: Float64Array.from(sense),
          rows,
        }))
      const { machine, identity, kind, banks, drive, sense } = sheet
      if (records.length === 0)
        throw new InsituError('CONFIG', `recorder of ${machine} (${identity}): nothing was measured yet`, {
          device: machine,
        })
      return { machine, identity, kind, banks, drive, sense, records }
    },
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}
