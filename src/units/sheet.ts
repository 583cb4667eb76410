import type { DataSheet } from '../contract/sheet.ts'
import { nameOf } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { isUnit } from './quantity.ts'

/** Throws `UNITS` naming every port of a data sheet whose unit mathjs cannot read. */
export async function checkUnits(sheet: DataSheet): Promise<void> {
  const ports = [
    ...sheet.banks.map((bank) => [`bank ${bank.name}`, bank.unit] as const),
    ['drive', sheet.drive.unit] as const,
    ['sense', sheet.sense.unit] as const,
  ]
  const unknown: string[] = []
  for (const [port, unit] of ports) if (!(await isUnit(unit))) unknown.push(`${port} in "${unit}"`)
  if (unknown.length === 0) return
  throw new InsituError('UNITS', `${nameOf(sheet)}: unknown units: ${unknown.join(', ')}`, {
    device: sheet.machine,
    hint: 'write units as mathjs reads them, such as "V", "N/m" or "1" for a pure number',
  })
}
