import { formatDof, paperLattice } from '../../../../devices/index.ts'
import { experiment } from '../experiment.ts'
import { real, text } from '../settings.ts'
import { answers, paperMachine, STRAIN_SETTINGS } from './machine.ts'

const GOLDEN =
  'Li and Mao, Nature Communications (2024), arXiv 2404.15471, figure data: uniform k = 137.5 N/m, 49 mN down on node 11, uy(13) = uy(14) = -0.52429293 mm'

export const latticeForward = experiment({
  name: 'lattice-forward',
  summary: 'a uniform lattice under a weight: vertical displacement of every node',
  source: `${GOLDEN}; their bench -0.521 +- 0.040 mm`,
  settings: {
    k: real(137.5, 'stiffness of every bond, N/m; bounds 103.125 to 171.875'),
    loadNode: text('11', 'a node of the paper’s lattice, 1 to 14', 'node the weight hangs on'),
    loadMN: real(49, 'weight, mN; positive pulls down', Number.NEGATIVE_INFINITY),
    ...STRAIN_SETTINGS,
  },
  short: {},
  async run({ k, loadNode, loadMN, strain, noiseUm }, { seed }) {
    const free = paperLattice()
      .nodes.filter(({ name }) => name !== '1' && name !== '5')
      .map(({ name }) => name)
    const outputs = free.map((node) => formatDof({ node, axis: 'y' }))
    await using device = paperMachine({ inputs: [`${loadNode}.y`], outputs }, { strain, noiseUm }, seed)
    await device.store(new Float64Array(28).fill(k))
    const seen = await answers(device, Float64Array.of(-loadMN * 1e-3), 1)
    return { uy: Object.fromEntries(free.map((node, n) => [node, seen[n] * 1e3])) }
  },
})
