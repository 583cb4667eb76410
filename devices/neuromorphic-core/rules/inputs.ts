import type { AxonAddress } from '../network.ts'
import { type Breach, type MappingRule, type NetworkDraft, outside } from './rule.ts'

export const inputAxons: MappingRule = {
  name: 'input-axons',
  why: 'the host sends the spikes of an input line to axons by their address',
  *check({ cores, inputs }) {
    for (const [line, axons] of inputs.entries()) {
      const breach = firstIn(axons, cores, `input line ${line}`)
      if (breach !== undefined) yield breach
    }
  },
}

function firstIn(axons: readonly AxonAddress[], cores: NetworkDraft['cores'], where: string): Breach | undefined {
  for (const { core, axon } of axons) {
    const there = cores[core]
    const [breach] =
      there === undefined
        ? outside(core, { min: 0, max: cores.length - 1 }, `${where}, core`)
        : outside(axon, { min: 0, max: there.axonTypes.length - 1 }, `${where}, axon of core ${core}`)
    if (breach !== undefined) return breach
  }
  return undefined
}
