import { type LatticeGeometry, paperLattice, withoutBonds } from '../../../../devices/index.ts'
import { safeTheta } from '../../../contract/sheet.ts'
import { shareCrossEntropy } from '../../../cost/share-cross-entropy.ts'
import { InsituError } from '../../../errors.ts'
import { stiffnessPicture } from '../../../report/stiffness-picture.ts'
import { IRIS_PORTS, irisForces } from '../../tasks/iris-lattice.ts'
import { sizeAccuracy } from '../../train/score.ts'
import { experiment } from '../experiment.ts'
import { real, text, whole } from '../settings.ts'
import { mean, quantile } from '../statistics.ts'
import { BATCH_SETTINGS, FLOOR, fitBatches } from './batches.ts'
import { answers, type LatticeDevice, paperMachine, within } from './machine.ts'

/** What became of one damaged lattice that held. */
interface Retrained {
  readonly removed: string
  readonly rigid: true
  /** Test accuracy, and loss over the training flowers, before and after retraining. */
  readonly before: number
  readonly after: number
  readonly afterTrain: number
  readonly lossBefore: number
  readonly lossAfter: number
}

/** One that did not. */
interface Loose {
  readonly removed: string
  readonly rigid: false
  /** Why, naming the loose nodes. */
  readonly mechanism: string
}

export const latticeDamage = experiment({
  name: 'lattice-damage',
  summary: 'bonds of a trained lattice are cut: is it still rigid, how well does it classify, and after retraining',
  source:
    'Li and Mao (2024), Figure 5: after broken bonds and retraining, train 0.805, test 0.844 (+- 0.05 to 0.07). With a program of our own: 26 of 28 lattices stay rigid without one bond, 2 become mechanisms',
  settings: {
    remove: text('each', 'each, or bonds like 8-11,3-7 that are cut together', 'which bonds are cut'),
    alpha: real(2e-2, 'rate of Adam on the latent variable'),
    beta: real(5, 'steepness of the stiffness over the latent variable'),
    epochs: whole(100, 'passes over the training set, before and after'),
    floorUm: real(10, FLOOR),
    margin: real(0.01, 'bonds at a bound begin the retraining this share of their range away from it'),
    ...BATCH_SETTINGS,
  },
  short: { epochs: 10 },
  async run(settings, { seed, progress, figure }) {
    const drawn = paperLattice()
    const cuts = cutsOf(settings.remove, drawn)
    const { train, test } = irisForces(seed)
    const cost = shareCrossEntropy({ floor: settings.floorUm * 1e-6 })
    const learn = (device: LatticeDevice, theta: Float64Array) =>
      fitBatches({ device, theta, table: train, cost, settings, seed })
    const share = async (device: LatticeDevice, rows: typeof test) =>
      sizeAccuracy(await answers(device, rows.drive, rows.rows), rows)
    const loss = async (device: LatticeDevice) => {
      const costs = new Float64Array(train.rows)
      const seen = await answers(device, train.drive, train.rows)
      cost.values(seen, train.rows, device.sheet.sense.width, { data: train.target, rows: train.rows, hold: 1 }, costs)
      return mean([...costs])
    }
    await using intact = paperMachine(IRIS_PORTS, settings, seed)
    const trained = safeTheta(intact.sheet)
    await learn(intact, trained)
    const undamaged = await share(intact, test)
    const results: (Retrained | Loose)[] = []
    // A function of its own: in a loop, esbuild's rendering of `await using` throws an old error again.
    const cutAndRetrain = async (cut: readonly number[]): Promise<Omit<Retrained, 'removed'>> => {
      await using device = paperMachine(IRIS_PORTS, settings, seed, { geometry: withoutBonds(drawn, cut) })
      const theta = trained.filter((_, bond) => !cut.includes(bond))
      await device.store(theta)
      const [before, lossBefore] = [await share(device, test), await loss(device)]
      within(device, theta, settings.margin)
      await learn(device, theta)
      const [after, afterTrain] = [await share(device, test), await share(device, train)]
      return { rigid: true, before, after, afterTrain, lossBefore, lossAfter: await loss(device) }
    }
    for (const cut of cuts) {
      const removed = cut.map((bond) => bondName(drawn, bond)).join(',')
      try {
        const result = { removed, ...(await cutAndRetrain(cut)) }
        results.push(result)
        progress(`${removed}: test ${result.before.toFixed(3)}, retrained ${result.after.toFixed(3)}`)
      } catch (error) {
        if (!(error instanceof InsituError) || error.code !== 'MECHANISM') throw error
        results.push({ removed, rigid: false, mechanism: error.message })
        progress(`${removed}: a mechanism`)
      }
    }
    const retrained = results.filter((one) => one.rigid)
    const sorted = (key: Exclude<keyof Retrained, 'removed' | 'rigid'>) =>
      retrained.map((one) => one[key]).sort((a, b) => a - b)
    const pairs = [...retrained].sort((a, b) => a.before - b.before || a.after - b.after)
    figure({
      title: settings.remove === 'each' ? 'Without one bond' : `Without ${settings.remove}`,
      x: 'lattices in the order of what damage left',
      y: `test accuracy; undamaged ${(100 * undamaged).toFixed(0)} %`,
      scale: 'share',
      curves: [
        { name: 'as it is left', color: 2, points: pairs.map(({ before: y }, n) => ({ x: n + 1, y })) },
        { name: 'retrained', color: 1, points: pairs.map(({ after: y }, n) => ({ x: n + 1, y })) },
      ],
      level: { name: 'undamaged', y: undamaged },
    })
    figure(stiffnessPicture(intact.sheet, trained, { title: 'The lattice before damage' }))
    return {
      undamaged,
      bonds: results,
      rigid: retrained.length,
      mechanisms: results.filter(({ rigid }) => !rigid).map(({ removed }) => removed),
      medianBefore: quantile(sorted('before'), 0.5),
      medianAfter: quantile(sorted('after'), 0.5),
      bestAfter: sorted('after').at(-1),
      medianAfterTrain: quantile(sorted('afterTrain'), 0.5),
      medianLossBefore: quantile(sorted('lossBefore'), 0.5),
      medianLossAfter: quantile(sorted('lossAfter'), 0.5),
    }
  },
})

function bondName({ nodes, bonds }: LatticeGeometry, bond: number): string {
  return bonds[bond].map((node) => nodes[node].name).join('-')
}

/** Lists of bonds to cut together; throws `CONFIG` for one the lattice has not. */
function cutsOf(words: string, geometry: LatticeGeometry): readonly (readonly number[])[] {
  if (words === 'each') return geometry.bonds.map((_, bond) => [bond])
  const names = geometry.bonds.map((_, bond) => bondName(geometry, bond))
  const cut = words.split(',').map((word) => {
    const ends = word.trim().split('-')
    const bond = names.findIndex((name) => name === ends.join('-') || name === ends.reverse().join('-'))
    if (bond >= 0) return bond
    throw new InsituError('CONFIG', `lattice-damage: there is no bond "${word}"; bonds are ${names.join(', ')}`)
  })
  return [[...new Set(cut)]]
}
