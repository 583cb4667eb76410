import { AXONS } from '../network.ts'
import { type Breach, type MappingRule, outside } from './rule.ts'

export const crossbarRows: MappingRule = {
  name: 'crossbar-rows',
  why: 'every axon has a row of the crossbar, and no row is without an axon',
  *check({ cores }) {
    for (const [c, { axonTypes, crossbar }] of cores.entries())
      if (crossbar.length !== axonTypes.length)
        yield {
          where: `core ${c}, rows of the crossbar`,
          wanted: `${axonTypes.length}, one per axon`,
          given: String(crossbar.length),
        }
  },
}

export const crossings: MappingRule = {
  name: 'crossings',
  why: 'a crossing is closed once or not at all, and needs a neuron; rising numbers show it at a glance',
  *check({ cores }) {
    for (const [c, { neurons, crossbar }] of cores.entries())
      for (const [a, row] of crossbar.slice(0, AXONS).entries()) {
        const breach = firstIn(row, neurons.length, `core ${c}, axon ${a}, crossing`)
        if (breach !== undefined) yield breach
      }
  },
}

/** The first fault of a row: one that goes wrong often goes wrong all along. */
function firstIn(row: readonly number[], neurons: number, where: string): Breach | undefined {
  for (const [at, neuron] of row.entries()) {
    const [beyond] = outside(neuron, { min: 0, max: neurons - 1 }, `${where} ${at}`)
    if (beyond !== undefined) return beyond
    if (neuron <= row[at - 1])
      return { where: `${where} ${at}`, wanted: `a neuron after ${row[at - 1]}, each once`, given: String(neuron) }
  }
  return undefined
}

export const fanIn: MappingRule = {
  name: 'fan-in',
  why: 'a neuron is reached by the axons of its own core; what wants more inputs is split into neurons that add up',
  *check({ cores }) {
    for (const [c, { crossbar }] of cores.entries()) {
      if (crossbar.length <= AXONS) continue
      const counts = new Map<number, number>()
      for (const neuron of crossbar.flat()) counts.set(neuron, (counts.get(neuron) ?? 0) + 1)
      for (const [neuron, count] of counts)
        if (count > AXONS)
          yield { where: `core ${c}, neuron ${neuron}, inputs`, wanted: `at most ${AXONS}`, given: String(count) }
    }
  },
}
