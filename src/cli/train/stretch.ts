import type { StepReport } from '../../rules/train.ts'
import type { StepsEvent } from '../../run/index.ts'

const HEALTH = [
  'signalSteps',
  'signalToNoise',
  'angleDeg',
  'gradientError',
  'returnError',
  'lostInjections',
  'twinResidual',
  'twinDeviation',
  'alignment',
] as const

/** Adds up step reports until the next line of the log. */
export class Stretch {
  #reports: StepReport[] = []

  add(report: StepReport): void {
    this.#reports.push(report)
  }

  get empty(): boolean {
    return this.#reports.length === 0
  }

  /** The stretch as one event; the next one begins. */
  take(): StepsEvent {
    const reports = this.#reports
    this.#reports = []
    const last = reports[reports.length - 1]
    const sum = (of: (report: StepReport) => number) => reports.reduce((total, report) => total + of(report), 0)
    const health = HEALTH.flatMap((name) => {
      const values = reports.flatMap((report) => report.health?.[name] ?? [])
      return values.length === 0 ? [] : [[name, values.reduce((a, b) => a + b, 0) / values.length] as const]
    })
    const discarded = sum((report) => report.health?.discarded ?? 0)
    return {
      step: last.step,
      steps: reports.length,
      cost: sum((report) => report.cost) / reports.length,
      reads: last.totalSlots,
      clipped: sum((report) => report.clipped),
      saturated: sum((report) => report.saturated),
      retries: sum((report) => report.retries),
      projected: sum((report) => report.projected),
      ...Object.fromEntries(health),
      ...(discarded > 0 && { discarded }),
    }
  }
}
