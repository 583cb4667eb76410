import { safeTheta } from '../../../contract/sheet.ts'
import { shareCrossEntropy } from '../../../cost/share-cross-entropy.ts'
import { squaredError } from '../../../cost/squared-error.ts'
import { stiffnessPicture } from '../../../report/stiffness-picture.ts'
import { IRIS_PORTS, irisForces } from '../../tasks/iris-lattice.ts'
import { sizeAccuracy } from '../../train/score.ts'
import { experiment } from '../experiment.ts'
import { numbers, real, whole } from '../settings.ts'
import { BATCH_SETTINGS, FLOOR, fitBatches } from './batches.ts'
import { answers, paperMachine, within } from './machine.ts'
import {
  COMMITTED_SLOPES,
  REACHABLE_SLOPES,
  REACHED,
  REGRESSION_PORTS,
  reason,
  regressionTables,
  relativeError,
} from './regression.ts'

export const latticeRetrain = experiment({
  name: 'lattice-retrain',
  summary: 'one lattice learns iris, then a regression, then iris again; and which of these it cannot reach',
  source:
    'Li and Mao (2024), Figure 5: iris 0.967, regression 0.984 (1 - relative error), iris again 0.969 after 100 epochs',
  settings: {
    slopes: numbers(REACHABLE_SLOPES, 'regression: wanted ux13, uy13, ux14, uy14 per force, m/N'),
    alphaIris: real(2e-2, 'iris: rate of Adam on the latent variable'),
    alphaRegression: real(0.1, 'regression: the same'),
    betaIris: real(5, 'iris: steepness of the stiffness over the latent variable'),
    betaRegression: real(10, 'regression: the same'),
    epochs: whole(100, 'iris: passes over the training set, each time'),
    epochsRegression: whole(300, 'regression: the same'),
    floorUm: real(10, FLOOR),
    margin: real(0.01, 'bonds at a bound begin a new task this share of their range away from it'),
    ...BATCH_SETTINGS,
  },
  short: { epochs: 20, epochsRegression: 40 },
  async run(settings, { seed, progress, figure }) {
    const iris = irisForces(seed)
    await using classifier = paperMachine(IRIS_PORTS, settings, seed)
    await using regressor = paperMachine(REGRESSION_PORTS, settings, seed)
    const theta = safeTheta(classifier.sheet)
    const points: { x: number; y: number }[][] = [[], [], []]
    let epochs = 0
    const learnIris = async (phase: number) => {
      const fit = { ...settings, alpha: settings.alphaIris, beta: settings.betaIris }
      const cost = shareCrossEntropy({ floor: settings.floorUm * 1e-6 })
      let test = 0
      within(classifier, theta, settings.margin)
      await fitBatches({
        ...{ device: classifier, theta, table: iris.train, cost, settings: fit, seed },
        async look() {
          test = sizeAccuracy(await answers(classifier, iris.test.drive, iris.test.rows), iris.test)
          points[phase].push({ x: ++epochs, y: test })
        },
      })
      progress(`iris: test ${test.toFixed(3)}`)
      return test
    }
    const learnRegression = async (from: Float64Array, slopes: readonly number[], phase: number | undefined) => {
      const fit = {
        ...settings,
        alpha: settings.alphaRegression,
        beta: settings.betaRegression,
        epochs: settings.epochsRegression,
      }
      const tables = regressionTables({ slopes, samples: 100, targetNoiseMM: 0 }, seed)
      let error = 1
      within(regressor, from, settings.margin)
      await fitBatches({
        ...{ device: regressor, theta: from, table: tables.train, cost: squaredError, settings: fit, seed },
        async look() {
          error = await relativeError(regressor, tables.test)
          if (phase !== undefined) points[phase].push({ x: ++epochs, y: Math.max(0, 1 - error) })
        },
      })
      progress(`regression with slopes ${slopes.join(', ')}: 1 - relative error ${(1 - error).toFixed(4)}`)
      return error
    }
    const first = await learnIris(0)
    const trained = theta.slice()
    const error = await learnRegression(theta, settings.slopes, 1)
    const regressed = theta.slice()
    const irisInBetween = await forgotten(classifier, theta, iris.test)
    const again = await learnIris(2)
    // The targets committed with the paper's code, from the same trained lattice: said, not hidden.
    const committed = trained.slice()
    const left = await learnRegression(committed, COMMITTED_SLOPES, undefined)
    const pictures = [
      [trained, 'Stiffness after iris'],
      [regressed, 'After the regression'],
      [theta, 'After iris again'],
    ] as const
    figure({
      title: 'One lattice, three tasks in turn',
      x: 'epoch',
      y: 'test accuracy, or 1 - relative error',
      scale: 'share',
      curves: [
        { name: 'iris', color: 1, points: points[0] },
        { name: 'regression', color: 2, points: points[1] },
        { name: 'iris again', color: 3, points: points[2] },
      ],
    })
    for (const [stiffness, title] of pictures) figure(stiffnessPicture(classifier.sheet, stiffness, { title }))
    return {
      iris: first,
      regression: 1 - error,
      irisAfterRegression: irisInBetween,
      irisAgain: again,
      regressionReached: error <= REACHED,
      unreachable: [
        ...(error > REACHED ? [`iris -> regression: ${reason(error, regressor, theta, settings.slopes)}`] : []),
        ...(left > REACHED
          ? [`iris -> regression as committed: ${reason(left, regressor, committed, COMMITTED_SLOPES)}`]
          : []),
      ],
    }
  },
})

/** What is left of the first task once the second is learned. */
async function forgotten(
  device: Parameters<typeof answers>[0],
  theta: Float64Array,
  test: Parameters<typeof sizeAccuracy>[1],
): Promise<number> {
  await device.store(theta)
  return sizeAccuracy(await answers(device, test.drive, test.rows), test)
}
