import { namedLattice, PAPER_STIFFNESS, paperSpec } from '../../../../devices/index.ts'
import {
  complexStepGradient,
  differenceGradient,
  finiteGradient,
  latticeSimulator,
  linearGradient,
  type WorkLoss,
} from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { paramCount } from '../../../contract/sheet.ts'
import type { Cost } from '../../../cost/cost.ts'
import { InsituError } from '../../../errors.ts'
import { draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { norm, relativeDistance } from '../../../reference/norm.ts'
import { averaged } from '../../../rules/averaged.ts'
import { inSitu } from '../../../rules/in-situ.ts'
import type { Rule } from '../../../rules/rule.ts'
import { experiment } from '../experiment.ts'
import { choice, nonzero, real, text, whole } from '../settings.ts'
import { type LatticeDevice, STRAIN_SETTINGS } from './machine.ts'

const BENCH =
  'bench of Li and Mao (2024) against their simulation, all bonds: relative error 12.5 %, cosine 0.9938 (supplement 18.3 %, 0.9837); ours on a simulated camera of 10 um with --set noiseUm=10'

export const latticeGradient = experiment({
  name: 'lattice-gradient',
  summary: 'the gradient read off a lattice in two loadings, against complex step and finite differences',
  source: `exact to rounding without noise. ${BENCH}`,
  settings: {
    lattice: text('paper', 'paper or triangular:8x8', 'which lattice', (word) => subjectOf(word) && word),
    loadNode: text(
      '',
      'the name of a node, like 11 or 8,4',
      'node the weight hangs on; 11, or the middle of the lowest row',
    ),
    loadMN: nonzero(49, 'weight, mN; positive pulls down'),
    adjointNode: text(
      '',
      'the name of a node',
      'node the adjoint load hangs on; 13, or the left end of the lowest row',
    ),
    adjointMN: nonzero(49, 'adjoint load, mN; the loss is minus its work'),
    k: real(0, 'stiffness of every bond, N/m; 0 draws each within the bounds'),
    adjoint: choice(
      ['alone', 'superposed', 'push-pull'],
      'alone',
      'the adjoint load by itself as published, on top of the weight, or both ways on top of it',
    ),
    repeats: whole(1, 'readings averaged; from 2 on the gradient has an error bar'),
    ...STRAIN_SETTINGS,
  },
  short: {},
  async run(settings, { seed }) {
    const { strain, noiseUm, adjointMN, loadMN, repeats } = settings
    const known = subjectOf(settings.lattice)
    if (known === undefined) throw new InsituError('INTERNAL', `lattice ${settings.lattice} was read, then not known`)
    const ports = {
      inputs: [`${settings.loadNode || known.load}.y`],
      outputs: [`${settings.adjointNode || known.adjoint}.y`],
    }
    const spec = paperSpec(ports, { geometry: known.geometry })
    const imperfections = { height: { kind: strain }, camera: { noise: noiseUm * 1e-6, pixel: 0, dropout: 0 } } as const
    await using device = attach(latticeSimulator({ ...spec, seed, imperfections }))
    const { min, max } = PAPER_STIFFNESS
    const stiffness = new Float64Array(paramCount(device.sheet)).fill(settings.k)
    if (settings.k === 0) fillUniform(draws(seed, STREAM.initialValues), min, max, stiffness)
    const drive = Float64Array.of(-loadMN * 1e-3)
    const load = Float64Array.of(-adjointMN * 1e-3)
    const loss: WorkLoss = { spec, stiffness, drive, load }
    const read = await readGradient(device, loss, settings.adjoint, repeats)
    const exact = strain === 'linear' ? linearGradient(loss) : finiteGradient(loss)
    const differences = differenceGradient(loss, strain)
    const against = (reference: Float64Array) => compare(read.gradient, reference)
    return {
      gradient: [...read.gradient],
      unit: 'm^2 (loss in J per N/m)',
      ...(read.error !== undefined && { standardError: [...read.error] }),
      exact: against(exact),
      ...(strain === 'linear' && { complexStep: against(complexStepGradient(loss)) }),
      differences: against(differences),
      exactAgainstDifferences: compare(exact, differences),
      relativeError: against(exact).relativeError,
      cosine: against(exact).cosine,
      bench: { relativeError: 0.125, cosine: 0.9938, source: 'Li and Mao (2024), Figure 1, all bonds' },
    }
  },
})

/** The loss -f . u as a cost of readings. */
function workCost(load: Float64Array): Cost {
  return {
    name: 'work',
    values(sense, slots, width, _targets, into) {
      for (let t = 0; t < slots; t++) {
        into[t] = 0
        for (let o = 0; o < width; o++) into[t] -= load[o] * sense[t * width + o]
      }
    },
    gradient(_sense, slots, width, _targets, into) {
      for (let n = 0; n < slots * width; n++) into[n] = -load[n % width]
    },
  }
}

async function readGradient(
  device: LatticeDevice,
  { stiffness, drive, load }: WorkLoss,
  adjoint: 'alone' | 'superposed' | 'push-pull',
  repeats: number,
): Promise<{ readonly gradient: Float64Array; readonly error: Float64Array | undefined }> {
  const once = inSitu({ cost: workCost(load), adjoint, load: Math.abs(load[0]) })
  const rule: Rule<'adjoint' | 'local', unknown> = repeats > 1 ? averaged(once, repeats) : once
  await device.store(stiffness)
  const lesson = { rows: 1, drive, target: new Float64Array(load.length) }
  const state = await rule.begin(device, stiffness)
  const { gradient, standardError } = await rule.step(device, state, stiffness, { next: () => lesson }, {})
  return { gradient: (gradient as Float64Array).slice(), error: standardError?.slice() }
}

function compare(a: Float64Array, b: Float64Array) {
  const dot = a.reduce((sum, value, i) => sum + value * b[i], 0)
  return { relativeError: relativeDistance(a, b), cosine: dot / (norm(a) * norm(b)) }
}

/** Nodes above which the complex step, a dense matrix for every bond, would take minutes. */
const MOST_NODES = 400

/** A lattice, and the nodes that loads hang on if nothing is said; undefined for words of another form. */
function subjectOf(word: string) {
  if (word !== 'paper' && !word.startsWith('triangular:')) return undefined
  const geometry = namedLattice(word)
  if (geometry === undefined) return undefined
  const count = geometry.nodes.length
  if (count > MOST_NODES)
    throw new InsituError(
      'CONFIG',
      `lattice-gradient: ${word} has ${count} nodes; at most ${MOST_NODES}, since the complex step solves a dense matrix for every bond`,
    )
  if (word === 'paper') return { geometry, load: '11', adjoint: '13' }
  // The last node is the right end of the lowest row.
  const [rows, columns] = geometry.nodes[count - 1].name.split(',').map(Number)
  if (rows < 2 || columns < 2) return undefined
  return { geometry, load: `${rows},${Math.ceil(columns / 2)}`, adjoint: `${rows},1` }
}
