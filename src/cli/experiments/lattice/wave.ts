import { IDEAL_RANGES } from '../../../../devices/index.ts'
import { latticeSimulator } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { safeTheta } from '../../../contract/sheet.ts'
import { shareCrossEntropy } from '../../../cost/share-cross-entropy.ts'
import { parseTable } from '../../../data/dataset.ts'
import { randomSplit } from '../../../data/split.ts'
import { stiffnessPicture } from '../../../report/stiffness-picture.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import { fixture } from '../../package.ts'
import { experiment } from '../experiment.ts'
import { real, whole } from '../settings.ts'
import { BATCH_SETTINGS, fitBatches } from './batches.ts'
import { answers, type LatticeDevice } from './machine.ts'
import { type WaveLattice, waveLattice } from './wave-lattice.ts'

/** Bounds of the two kinds of bonds that are trained, and the stiffness of the third, N/m. */
const SOFT = { min: 0.75e5, max: 0.85e5, step: 0 }
const STIFF = { min: 1.15e5, max: 1.25e5, step: 0 }
const INTERFACE = 1e5
/** What its shakers give, N. */
const FORCES = { min: -1, max: 1, step: 0 }

export const latticeWave = experiment({
  name: 'lattice-wave',
  summary: 'two species of iris told apart by where a shaken honeycomb moves: harmonic steady state, indefinite matrix',
  source:
    'Li and Mao (2025), arXiv 2503.07796, settings in the authors’ code: 24 x 16 cells, m = 1 kg, omega = 370 rad/s, alpha 0.05, beta 5, batch 16, 30 epochs; no reference number here',
  settings: {
    omega: real(370, 'angular frequency of the forces, rad/s'),
    mass: real(1, 'mass of every node, kg'),
    alpha: real(5e-2, 'rate of Adam on the latent variable'),
    beta: real(5, 'steepness of the stiffness over the latent variable'),
    epochs: whole(30, 'passes over the 70 training flowers'),
    ...BATCH_SETTINGS,
  },
  short: { epochs: 2 },
  async run(settings, { seed, progress, figure }) {
    const lattice = waveLattice()
    const { train, test } = waveTables(lattice, seed)
    await using device = waveMachine(lattice, settings, seed)
    const theta = safeTheta(device.sheet)
    const curve: { epoch: number; loss: number; train: number; test: number }[] = []
    const cost = shareCrossEntropy({ of: 'energy' })
    await fitBatches({
      ...{ device, theta, table: train, cost, settings, seed },
      async look({ epoch, loss }) {
        const [seenTrain, seenTest] = [await portAccuracy(device, train), await portAccuracy(device, test)]
        curve.push({ epoch, loss, train: seenTrain, test: seenTest })
        progress(`epoch ${epoch}/${settings.epochs}: loss ${loss.toFixed(4)}, test ${seenTest.toFixed(3)}`)
      },
    })
    const last = curve[curve.length - 1]
    figure({
      title: 'Accuracy',
      x: 'epoch',
      y: 'share of flowers at the right port',
      scale: 'share',
      curves: [
        { name: 'training flowers', color: 1, points: curve.map(({ epoch, train: y }) => ({ x: epoch, y })) },
        { name: 'held-out flowers', color: 2, points: curve.map(({ epoch, test: y }) => ({ x: epoch, y })) },
      ],
    })
    // The interface does not answer to its parameters.
    const [start, end] = [safeTheta(device.sheet), theta.slice()]
    end.set(start.subarray(lattice.counts.soft + lattice.counts.stiff), lattice.counts.soft + lattice.counts.stiff)
    figure(
      stiffnessPicture(device.sheet, end, {
        title: 'Change of stiffness',
        since: start,
        geometry: lattice.geometry,
      }),
    )
    return {
      nodes: lattice.geometry.nodes.length,
      bonds: lattice.counts,
      loss: last.loss,
      trainAccuracy: last.train,
      testAccuracy: last.test,
      curve,
    }
  },
})

function waveMachine(
  { geometry, counts, inputs, outputs }: WaveLattice,
  { omega, mass, noiseUm }: { readonly omega: number; readonly mass: number; readonly noiseUm: number },
  seed: number,
): LatticeDevice {
  const first = counts.soft + counts.stiff
  const stuck = Object.fromEntries(Array.from({ length: counts.interface }, (_, n) => [first + n, INTERFACE]))
  return attach(
    latticeSimulator({
      geometry,
      inputs,
      outputs,
      stiffness: [
        { name: 'soft', width: counts.soft, ...SOFT },
        { name: 'stiff', width: counts.stiff, ...STIFF },
        { name: 'interface', width: counts.interface, min: 0.99 * INTERFACE, max: 1.01 * INTERFACE, step: 0 },
      ],
      seed,
      imperfections: {
        height: { kind: 'harmonic', omega, mass },
        camera: { noise: noiseUm * 1e-6, pixel: 0, dropout: 0 },
        stuck,
        converters: { ...IDEAL_RANGES, drive: FORCES, load: FORCES },
      },
    }),
  )
}

/** Versicolor and virginica: four lengths scaled to 0..1 N, 70 to learn from, 30 held out; the target marks a port. */
function waveTables({ outputs }: WaveLattice, seed: number) {
  const data = parseTable(fixture('iris.csv'), { name: 'iris', head: 'header' })
  const rows = Array.from({ length: data.rows }, (_, r) => r).filter((r) => data.labels[r] > 0)
  const column = (c: number) => rows.map((r) => data.features[r * data.width + c])
  const [low, high] = [Math.min, Math.max].map((pick) =>
    Array.from({ length: data.width }, (_, c) => pick(...column(c))),
  )
  const split = randomSplit({ ...data, rows: rows.length }, 30, seed)
  const table = (picked: Uint32Array): LessonTable => ({
    rows: picked.length,
    drive: Float64Array.from({ length: picked.length * data.width }, (_, n) => {
      const c = n % data.width
      return (data.features[rows[picked[Math.floor(n / data.width)]] * data.width + c] - low[c]) / (high[c] - low[c])
    }),
    target: Float64Array.from({ length: picked.length * outputs.length }, (_, n) => {
      const first = n % outputs.length < outputs.length / 2
      return first === (data.labels[rows[picked[Math.floor(n / outputs.length)]]] === 1) ? 1 : 0
    }),
  })
  return { train: table(split.train), test: table(split.test) }
}

/** Share of rows in which the wanted port holds more than half of the energy. */
async function portAccuracy(device: LatticeDevice, table: LessonTable): Promise<number> {
  const seen = await answers(device, table.drive, table.rows)
  const width = seen.length / table.rows
  let right = 0
  for (let r = 0; r < table.rows; r++) {
    let [wanted, all] = [0, 0]
    for (let n = r * width; n < (r + 1) * width; n++) {
      all += seen[n] ** 2
      wanted += table.target[n] * seen[n] ** 2
    }
    if (wanted > all / 2) right++
  }
  return right / table.rows
}
