import { type CoreNetwork, coreLayout } from '../../../../devices/index.ts'
import type { Chart, Point } from '../../../report/chart.ts'
import { type Crossbar, crossbarMap } from '../../../report/core.ts'
import type { Picture } from '../../../report/experiment.ts'
import type { Deployed } from './deploy.ts'

/** Cores whose crossbars are drawn; more cannot be told apart. */
const MOST = 6

/** Cost of the lessons over the steps. */
export function lossFigure(losses: readonly Point[]): Chart {
  return {
    title: 'Loss of the training images',
    x: 'step',
    y: 'cross-entropy',
    scale: 'log',
    curves: [{ name: 'batches', color: 1, points: losses }],
  }
}

/** Accuracy against the size of the ensemble, a curve per number of ticks, a standard deviation up and down. */
export function ensembleFigure(accuracy: Deployed['accuracy'], net: number): Chart {
  const sizes = Object.keys(accuracy)
  const ticks = Object.keys(accuracy[sizes[0]])
  const point = (members: string, tick: string): Point => {
    const { mean, std } = accuracy[members][tick]
    return { x: Number(members), y: mean, ...(std !== null && { low: mean - std, high: Math.min(1, mean + std) }) }
  }
  return {
    title: 'Accuracy against ensemble size',
    x: 'members',
    y: 'share right',
    xScale: 'log',
    level: { name: 'the probability net itself', y: net },
    note: 'Bars: one standard deviation over disjoint groups of members, which all see the same images.',
    curves: ticks.map((tick, n) => ({
      name: tick === '1' ? '1 tick' : `${tick} ticks`,
      color: 1 + (n % 4),
      points: sizes.map((members) => point(members, tick)),
      ...{ dots: true, spread: 'bars' },
    })),
  }
}

/** The crossings of the first cores: the weight of a neuron for the axon, times the probability that they are closed. */
export function crossbarFigure(network: CoreNetwork, theta: Float64Array): Picture {
  const layout = coreLayout(network)
  const drawn = network.cores.slice(0, MOST).map((core, c): Crossbar => {
    const { axons, neurons, crossbar } = layout.cores[c]
    const values = Float64Array.from({ length: axons * neurons }, (_, n) => {
      const weight = core.neurons[n % neurons].weights[core.axonTypes[Math.floor(n / neurons)]]
      return weight * theta[crossbar + n]
    })
    return { name: `core ${c}`, axons, neurons, values }
  })
  const rest = network.cores.length - drawn.length
  const more = rest > 0 ? ` The other ${rest} cores are not drawn.` : ''
  return crossbarMap(drawn, {
    title: 'Crossings after training',
    note: `Red crossings push a neuron up, blue ones down, pale ones are open.${more}`,
  })
}
