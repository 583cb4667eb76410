import type { CallOptions } from '../contract/backend.ts'
import type { CheckedDevice, Device } from '../contract/device.ts'
import type { Facet } from '../contract/facets.ts'
import type { DataSheet } from '../contract/sheet.ts'
import type { TwinNews } from '../twins/news.ts'

/** What is shown to the machine at once: `rows` inputs with their targets. */
export interface Lesson {
  readonly rows: number
  /** rows x drive width, in drive units. */
  readonly drive: Float64Array
  /** rows x sense width, in the units the cost compares with the readings. */
  readonly target: Float64Array
}

/** Where a rule pulls its lessons from; never ends. */
export interface LessonSource {
  next(): Lesson
}

/** How good the measured gradient is; a number is absent where it was not measured. */
export interface Health {
  /** Root mean square of the change a perturbation makes in a reading, in steps of the sense port. */
  readonly signalSteps?: number
  /** Root mean square cost change over its stated noise. */
  readonly signalToNoise?: number
  /** Angle to a finite-difference gradient taken on the machine, in degrees. */
  readonly angleDeg?: number
  /**
   * Standard error of the gradient over the gradient, both as 2-norms; from repeats, see `averaged`, or from the stated
   * noise of the readings it is made of.
   */
  readonly gradientError?: number
  /** What an echo without injection misses its start by, relative to it; see `returnError`. */
  readonly returnError?: number
  /** Share of passages whose injection was below half a step of the injector: nothing was learnt from them. */
  readonly lostInjections?: number
  /** Share of spikes whose potential only grazed its threshold: their gradient was cut, see `spikeTiming`. */
  readonly grazing?: number
  /** Share of the spikes looked for that did not come: they had no gradient. */
  readonly silent?: number
  /** Root mean square of reading minus the twin's expectation over that of the readings. */
  readonly twinResidual?: number
  /** How far readings lie from the twin's expectation in its own standard deviations; 1 is as calibrated. */
  readonly twinDeviation?: number
  /** Cosine between the feedback that a rule sends back and the one that the weights would, worst layer. */
  readonly alignment?: number
  /** Cost changes that were not numbers and did not enter the gradient. */
  readonly discarded?: number
}

/** What one step of a rule found out. */
export interface Estimate {
  /** Mean cost of the presented lessons at the unperturbed parameters. */
  readonly cost: number
  /** What the optimizer descends along, valid until the next step: copy what you keep. Absent when the machine moved itself; the rule then updated theta in place, unless it never reads it. */
  readonly gradient?: Float64Array | undefined
  /** Standard error of every entry of the gradient, where it was measured several times; valid until the next step. */
  readonly standardError?: Float64Array | undefined
  /** Slots measured. */
  readonly slots: number
  readonly clipped: number
  readonly saturated: number
  readonly retries: number
  readonly health?: Health | undefined
  /** What a monitor has to say of the rule's twin: that the machine drifts, or that the twin follows it again. */
  readonly news?: readonly TwinNews[] | undefined
}

/** A way to learn on any machine that has the facets it needs. */
export interface Rule<F extends Facet, S> {
  readonly name: string
  readonly needs: readonly F[]
  /** The machine moves its parameters itself: the rule's estimates have no gradient. */
  readonly moves?: 'machine'
  /** Room to keep free at both limits of every bank for the perturbation, in the bank's unit; none by default. */
  headroom?(sheet: DataSheet): readonly number[]
  /** Checks settings against the machine and makes the rule's state; theta is stored already. */
  begin(device: Device<F>, theta: Float64Array): S | Promise<S>
  /** One window between parameter updates. */
  step(device: Device<F>, state: S, theta: Float64Array, lessons: LessonSource, opts: CallOptions): Promise<Estimate>
}

/** The facets a device offers, by name. */
export function offered(device: CheckedDevice): readonly string[] {
  return Object.keys(device)
    .filter((key) => key !== 'sheet' && key !== 'name')
    .sort()
}

/** The facets a rule needs and a device lacks. */
export function missing(rule: { readonly needs: readonly string[] }, device: CheckedDevice): readonly string[] {
  const has = offered(device)
  return rule.needs.filter((facet) => !has.includes(facet))
}
