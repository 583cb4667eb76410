import { type Bank, type DataSheet, dataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'

/** Throws `SHAPE` or `UNITS` where what `a` gives is not what `b` takes. */
export function checkJoint(a: DataSheet, b: DataSheet): void {
  if (a.sense.width !== b.drive.width) {
    throw new InsituError(
      'SHAPE',
      `chain: ${a.machine} gives ${a.sense.width} readings, ${b.machine} takes ${b.drive.width} inputs`,
    )
  }
  if (a.sense.unit !== b.drive.unit) {
    throw new InsituError('UNITS', `chain: ${a.machine} gives ${a.sense.unit}, ${b.machine} takes ${b.drive.unit}`, {
      hint: 'put converted() around the first one, which turns readings of one unit into those of another',
    })
  }
}

/** What two machines in a row are as one. */
export function chainSheet(a: DataSheet, b: DataSheet, maxSlots: number): DataSheet {
  const rename = (prefix: string) => (bank: Bank) => ({ ...bank, name: `${prefix}.${bank.name}` })
  return dataSheet({
    machine: `${a.machine}>${b.machine}`,
    kind:
      a.kind === 'hardware' || b.kind === 'hardware' ? 'hardware' : a.kind === b.kind ? a.kind : 'emulated firmware',
    identity: `${a.identity} > ${b.identity}`,
    banks: [...a.banks.map(rename('a')), ...b.banks.map(rename('b'))],
    drive: a.drive,
    sense: b.sense,
    maxSlots,
    slotSeconds: a.slotSeconds + b.slotSeconds,
    repeatable: a.repeatable && b.repeatable,
    settings: { a: a.settings, b: b.settings },
  })
}
