import type { Backend } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { isPackable } from '../../src/wire/index.ts'

/** Throws `CONFIG` for a machine whose numbers cannot travel packed, naming the port or the facet. */
export function checkPackable(backend: Backend & Partial<Facets>): void {
  const { sheet, adjoint, codes, echo, learn, local, taps } = backend
  const named = [
    ...sheet.banks.map((bank) => [`bank ${bank.name}`, bank] as const),
    ['drive', sheet.drive] as const,
    ['sense', sheet.sense] as const,
  ]
  const refuse = (what: string) =>
    new InsituError('CONFIG', `${nameOf(sheet)}: ${what} cannot be served packed`, {
      device: sheet.machine,
      hint: 'serve it with format f64',
    })
  for (const [name, port] of named)
    if (!isPackable(port)) throw refuse(`${name}, ${port.min}..${port.max} in steps of ${port.step},`)
  for (const [name, facet] of Object.entries({ adjoint, codes, echo, learn, local, taps }))
    if (facet !== undefined) throw refuse(`its facet ${name}`)
}
