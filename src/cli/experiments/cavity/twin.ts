import { InsituError } from '../../../errors.ts'
import { type Pairs, predict } from '../../../twins/index.ts'
import { systemClock } from '../../clock.ts'
import { experiment } from '../experiment.ts'
import { choice, real, text, whole } from '../settings.ts'
import { errorHistogram, heldOutPicture } from './figures.ts'
import { errorsOf, explained, type Forecaster, forecaster } from './forecast.ts'
import { column, NONE, type OutputFit, scatter } from './models.ts'
import { measuredPairs, readPairs, realCavity, rowsOf } from './pairs.ts'
import { simulatedCavity } from './simulated.ts'

const AUTO = 'auto'
const SIMULATED = 'simulated'

export const cavityTwin = experiment({
  name: 'cavity-twin',
  summary: 'a twin of a real acoustic cavity from recorded pairs, with error bars that held-out readings keep to',
  source:
    'MomeniAli/PhyLL, Experimental Data/Acoustic (MIT): 20 drive amplitudes, 20 readings. Fits to the first 9,000 rows explain of the later ones: linear 0.956, quadratic 0.977, |H x + b| 0.990',
  settings: {
    data: text(
      AUTO,
      `a folder with cavity_x.csv and cavity_y.csv, ${SIMULATED}, or ${AUTO}`,
      `the measured pairs; by itself ../shared/data/external beside the package, and ${SIMULATED} where that is not`,
    ),
    model: choice(
      ['linear', 'quadratic', 'physics'],
      'physics',
      'polynomials of the drive, or the amplitude of a linear field',
    ),
    train: whole(9000, 'rows from the first on that twin and error bars are made from'),
    test: whole(0, 'rows after these that are held out; 0 takes all', 0),
    window: text(
      AUTO,
      `a whole number from 1, or ${AUTO}`,
      'latest training rows that the twin is fitted to; by itself what forecasts best among all, half, a quarter, ...',
      (word) => (word === AUTO || /^[1-9]\d*$/.test(word) ? word : undefined),
    ),
    validate: whole(600, 'training rows at the end that are forecast to choose the window and the width of intervals'),
    glitch: real(5, 'physics: robust standard deviations beyond which a reading is left out of the fit; 0 keeps all'),
    origins: whole(0, 'earlier ends of the training rows at which the same is tried, evenly spread', 0),
    rows: whole(9300, 'simulated: rows'),
    inputs: whole(20, 'simulated: drive amplitudes'),
    outputs: whole(20, 'simulated: readings'),
    noise: real(0.005, 'simulated: standard deviation of a reading; readings are about 0.6'),
    drift: real(0.05, 'simulated: part of the field that changes to and fro over the rows'),
    glitches: real(0.015, 'simulated: part of the rows that read nonsense'),
  },
  short: { train: 800, test: 300, validate: 200, window: '500' },
  async run(settings, { seed, progress, figure }) {
    const { data, model, train, validate, glitch, window } = settings
    const folder = data === AUTO ? (realCavity() ?? SIMULATED) : data
    const real = folder !== SIMULATED
    if (!real && data === AUTO) progress('no measured pairs in ../shared/data/external: the cavity is SIMULATED')
    const pairs = real ? measuredPairs(readPairs(folder)) : simulatedCavity(settings, seed)
    checkRows(pairs, settings)
    const plan = { model, window: window === AUTO ? AUTO : Number(window), validate, most: glitch } as const
    const started = systemClock.monotonic()
    const found = await forecaster(rowsOf(pairs, 0, train), plan)
    const seconds = systemClock.monotonic() - started
    const end = settings.test === 0 ? pairs.rows : Math.min(pairs.rows, train + settings.test)
    const test = rowsOf(pairs, train, end)
    const held = await judged(found.fits, test)
    figure(heldOutPicture(model, test, held.errors))
    figure(errorHistogram(model, held.scaled))
    const earlier = []
    for (let n = 1; n <= settings.origins; n++) {
      const at = Math.round((train * n) / (settings.origins + 1))
      if (at <= 2 * validate) continue
      progress(`training rows 1 to ${at}`)
      const tried = await forecaster(rowsOf(pairs, 0, at), plan)
      const { r2, coverage } = await judged(tried.fits, rowsOf(pairs, at, Math.min(pairs.rows, at + test.rows)))
      earlier.push({ train: at, window: tried.window, heldOutR2: r2, coverage68: coverage })
    }
    return {
      data: real ? 'measured' : SIMULATED,
      model,
      rows: { train, heldOut: test.rows, window: found.window },
      heldOutR2: held.r2,
      residual: held.residual,
      coverage68: held.coverage,
      coverage68PerOutput: held.perOutput,
      r2PerOutput: held.r2PerOutput,
      seconds,
      ...counts(found, test, model === 'physics'),
      windows: found.tried,
      ...(earlier.length > 0 && { earlier }),
    }
  },
})

function counts({ fits }: Forecaster, { outputs }: Pairs, physics: boolean) {
  const parameters = fits.reduce((sum, { calibration }) => sum + calibration.parameters.length, 0)
  const names = fits.flatMap(({ calibration }, c) => calibration.undetermined.map((name) => `output ${c}: ${name}`))
  return {
    parameters,
    // The phase that all sources of an output have in common leaves no trace in its amplitude.
    ...(physics && { phasesFixed: outputs }),
    undetermined: names.length,
    ...(names.length > 0 && { undeterminedNames: names }),
    setAside: fits.reduce((sum, { aside }) => sum + aside, 0),
  }
}

/** Holds predictions of a fit against rows it has not seen. */
async function judged(fits: readonly OutputFit[], test: Pairs) {
  const errors = await errorsOf(fits, test)
  const scaled = new Float64Array(errors.length * test.rows)
  for (const [c, fit] of fits.entries()) {
    const { deviation } = await predict(fit, { theta: NONE, drive: test.drive, rows: test.rows })
    errors[c].forEach((error, r) => {
      scaled[c * test.rows + r] = error / deviation[r]
    })
  }
  const share = (values: Float64Array) => values.reduce((sum, x) => sum + (Math.abs(x) <= 1 ? 1 : 0), 0) / values.length
  const r2 = explained(errors, test)
  return {
    errors,
    scaled,
    r2,
    residual: Math.sqrt(1 - r2),
    coverage: share(scaled),
    perOutput: errors.map((_, c) => share(scaled.subarray(c * test.rows, (c + 1) * test.rows))),
    r2PerOutput: errors.map((output, c) => 1 - output.reduce((sum, e) => sum + e * e, 0) / scatter(column(test, c))),
  }
}

function checkRows({ rows }: Pairs, { train, validate }: { readonly train: number; readonly validate: number }): void {
  if (rows <= train)
    throw new InsituError(
      'CONFIG',
      `cavity-twin: ${rows} measured rows leave none to hold out after ${train} for training`,
      {
        hint: 'set train to fewer rows',
      },
    )
  if (validate >= train)
    throw new InsituError('CONFIG', `cavity-twin: validate must be less than train (${train}), got ${validate}`)
}
