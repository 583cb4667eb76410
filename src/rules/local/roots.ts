import type { Device } from '../../contract/device.ts'
import { InsituError } from '../../errors.ts'

/** Throws `CAPABILITY` unless the machine's local readings are roots of energies, of which products are gradients. */
export function requireRoots(rule: string, device: Device<'local'>): void {
  const { reads } = device.local
  if (reads === 'root') return
  throw new InsituError(
    'CAPABILITY',
    `${rule} multiplies local readings that are roots of energies, as elongations are; those of ${device.name} are of kind ${reads}`,
    { device: device.sheet.machine, hint: 'rules of the facet echo make use of actions' },
  )
}
