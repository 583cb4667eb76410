import type { CheckedDevice, Device } from '../contract/device.ts'
import type { Facet } from '../contract/facets.ts'
import { InsituError } from '../errors.ts'
import { missing, offered, type Rule } from './rule.ts'

/** One name, or "a and b" of several. */
function list(names: readonly string[], none: string): string {
  return names.length === 0 ? none : names.join(' and ')
}

/**
 * Narrows a device opened by name to what a rule needs; throws `CAPABILITY` naming the rule, its needs, the machine,
 * what it offers, and which of the `others` would fit.
 */
export function requireFit<F extends Facet, S>(
  rule: Rule<F, S>,
  device: CheckedDevice,
  others: readonly {
    readonly name: string
    readonly needs: readonly string[]
    readonly machines?: readonly string[]
  }[] = [],
): Device<F> {
  const lacks = missing(rule, device)
  if (lacks.length === 0) return device as Device<F>
  const { machine: kind } = device.sheet
  const fitting = others
    .filter((other) => missing(other, device).length === 0 && (other.machines?.includes(kind) ?? true))
    .map((other) => other.name)
  throw new InsituError(
    'CAPABILITY',
    `${rule.name} needs ${list(rule.needs, 'nothing')}; ${device.name} offers ${list(offered(device), 'no facets')}`,
    {
      device: device.sheet.machine,
      hint:
        fitting.length > 0
          ? `rules that fit this machine: ${fitting.join(', ')}`
          : `it lacks ${list(lacks, 'nothing')}`,
    },
  )
}
