import { experiment } from '../experiment.ts'
import { deviation, mean } from '../statistics.ts'
import { type ChipOutcome, calibrateChip, METHODS, type Method, type Outcome } from './chip.ts'
import { coverage, reliability } from './coverage.ts'
import { arrivals, type Comparison, compareBounds, drawBounds } from './scaled.ts'
import { CALIBRATION_SETTINGS } from './settings.ts'

export const twinCalibration = experiment({
  name: 'twin-calibration',
  summary: "a twin's own parameters from measurements, their error bars held against the truth; two methods and Adam",
  source:
    'Gauss-Newton with evidence for the noise (MacKay 1992); second-order stochastic variational inference (Fan et al. 2015): near the best bound in 5 to 10 iterations where Adam takes 1000 and more',
  settings: CALIBRATION_SETTINGS,
  // A machine of the scaled kind takes thousands of steps of Adam.
  variants: { twin: { scaled: { machines: 3 } } },
  short: { machines: 2, settings: 6, rows: 16, iterations: 16, adamSteps: 200 },
  async run(settings, context) {
    const { seed, progress } = context
    const seeds = Array.from({ length: settings.machines }, (_, n) => seed + n)
    if (settings.twin === 'scaled') {
      const runs: Comparison[] = []
      for (const one of seeds) {
        runs.push(await compareBounds(settings, one))
        progress(`seed ${one}: ${JSON.stringify(arrivals(runs.at(-1) as Comparison, settings.nats))}`)
      }
      const reached = runs.map((run) => arrivals(run, settings.nats))
      drawBounds(runs[0], reached[0].best, context)
      return {
        iterations: reached.map(({ second }) => second),
        adamSteps: table(reached.map(({ first }) => first)),
        adamShortfall: table(reached.map(({ shortfall }) => shortfall)),
        coverage: mean(runs.map((run) => run.coverage)),
        coverageSpread: deviation(runs.map((run) => run.coverage)),
        failures: runs.filter(({ converged }) => !converged).length,
      }
    }
    const chips: ChipOutcome[] = []
    for (const one of seeds) {
      chips.push(await calibrateChip(settings, one))
      progress(`chip ${one} calibrated`)
    }
    const methods = METHODS.filter((method) => chips[0].methods[method] !== undefined)
    const of = (method: Method) => chips.map((chip) => chip.methods[method]).filter((one) => one !== undefined)
    context.figure(
      reliability(
        methods.flatMap((method) => [
          { name: `parameters, ${method}`, scores: of(method).map(({ parameters }) => parameters) },
          { name: `readings, ${method}`, scores: of(method).map(({ held }) => held) },
        ]),
      ),
    )
    return {
      reads: mean(chips.map(({ reads }) => reads)),
      parameterErrorBefore: mean(chips.map(({ errorBefore }) => errorBefore)),
      heldResidualBefore: mean(chips.map(({ residualBefore }) => residualBefore)),
      ...Object.fromEntries(methods.map((method) => [method, summary(of(method))])),
    }
  },
})

function summary(outcomes: readonly Outcome[]) {
  const parameters = coverage(outcomes.map((one) => one.parameters))
  const held = coverage(outcomes.map((one) => one.held))
  return {
    parameterError: mean(outcomes.map(({ error }) => error)),
    heldResidual: mean(outcomes.map(({ residual }) => residual)),
    sigma: mean(outcomes.map(({ sigma }) => sigma)),
    parameterCoverage: parameters.mean,
    parameterCoverageSpread: parameters.spread,
    heldCoverage: held.mean,
    heldCoverageSpread: held.spread,
    undetermined: mean(outcomes.map(({ undetermined }) => undetermined.length)),
    undeterminedByBank: byBank(outcomes),
    undeterminedInAll: outcomes[0].undetermined.filter((name) =>
      outcomes.every(({ undetermined }) => undetermined.includes(name)),
    ),
    iterations: mean(outcomes.map(({ iterations }) => iterations)),
    failures: outcomes.filter(({ converged }) => !converged).length,
  }
}

/** How many parameters of each bank a machine left undetermined, on average. */
function byBank(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of outcomes.flatMap(({ undetermined }) => undetermined)) {
    const bank = name.replace(/\[.*/, '')
    counts[bank] = (counts[bank] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(counts).map(([bank, count]) => [bank, count / outcomes.length]))
}

/** Lists by name from records by name. */
function table<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, readonly T[]> {
  return Object.fromEntries(Object.keys(records[0]).map((key) => [key, records.map((record) => record[key])]))
}
