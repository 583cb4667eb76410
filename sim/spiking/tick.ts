import { InsituError } from '../../src/errors.ts'
import type { SpikingNetwork } from './network.ts'

/** Ticks per time constant below which a stepped model is warned of. */
const FINE = 4
/** Ticks in which the strongest input could lift a neuron to its threshold, above which something is amiss. */
const SLOW = 1000

/** Throws `CONFIG` for ticks longer than a time constant, which a model of one step a tick cannot follow. */
export function requireFineTicks(model: string, dt: number, { name, populations }: SpikingNetwork): string[] {
  const warnings: string[] = []
  for (const { name: node, neurons } of populations) {
    for (const [field, taus] of Object.entries({ tau_mem: neurons.tauMem, tau_syn: neurons.tauSyn })) {
      if (taus === undefined) continue
      const shortest = taus.reduce((a, b) => Math.min(a, b))
      const who = `${name}: node "${node}": ${field} is ${shortest} s`
      if (dt > shortest) {
        throw new InsituError('CONFIG', `${who}, dt ${dt} s: ${model} needs dt up to the shortest time constant`, {
          hint: 'choose a shorter dt; the exact model takes any',
        })
      }
      if (FINE * dt > shortest) warnings.push(`${who}, dt ${dt} s is coarse for ${model}`)
    }
  }
  return warnings
}

/** Networks of IF neurons alone, which count ticks: most are exported with a tick as their unit of time. */
export function hasTimeConstants({ populations }: SpikingNetwork): boolean {
  return populations.some(({ neurons }) => neurons.tauMem !== undefined)
}

/** Neurons without a leak that no input of this network could lift to their threshold in reasonable time. */
export function slowNeurons(dt: number, { name, populations, projections }: SpikingNetwork): string[] {
  return populations.flatMap(({ name: node, neurons, size }, to) => {
    if (neurons.tauMem !== undefined) return []
    const most = new Float64Array(size)
    for (const { synapses } of projections.filter((one) => one.to === to)) {
      synapses.targets.forEach((target, k) => {
        most[target] += Math.max(0, synapses.weights[k] * neurons.r[target])
      })
    }
    const ticks = neurons.vThreshold.map((threshold, i) => threshold / (dt * most[i])).reduce((a, b) => Math.min(a, b))
    return ticks > SLOW
      ? [`${name}: node "${node}" needs ${ticks.toPrecision(2)} ticks of all its inputs to spike; try dt=1`]
      : []
  })
}
