import type { LatticeSpec } from '../../devices/index.ts'
import { finiteGradient, linearGradient } from '../../sim/index.ts'
import type { Device } from '../../src/contract/device.ts'
import type { Facet } from '../../src/contract/facets.ts'
import type { Cost } from '../../src/cost/cost.ts'
import type { Estimate, Lesson, Rule } from '../../src/rules/rule.ts'

/** One lesson for ever. */
export const always = (lesson: Lesson) => ({ next: () => lesson })

/** A lesson from rows. */
export function lessonOf(drive: readonly (readonly number[])[], target: readonly (readonly number[])[]): Lesson {
  return { rows: drive.length, drive: Float64Array.from(drive.flat()), target: Float64Array.from(target.flat()) }
}

/** What one step of a rule estimates with these parameters; arrays of its own. */
export async function estimated<F extends Facet, S>(
  rule: Rule<F, S>,
  device: Device<F>,
  theta: Float64Array,
  lesson: Lesson,
): Promise<Estimate & { readonly gradient: Float64Array }> {
  await device.store(theta)
  const estimate = await rule.step(device, await rule.begin(device, theta), theta, always(lesson), {})
  return { ...estimate, gradient: (estimate.gradient as Float64Array).slice() }
}

/** The loss -f . u, the same for every row: its load is f, whatever the readings are. */
export function work(load: readonly number[]): Cost {
  return {
    name: 'work',
    values(sense, slots, width, _targets, into) {
      for (let t = 0; t < slots; t++) into[t] = -load.reduce((sum, f, o) => sum + f * sense[t * width + o], 0)
    },
    gradient(_sense, slots, width, _targets, into) {
      for (let n = 0; n < slots * width; n++) into[n] = -load[n % width]
    },
  }
}

/** The gradient of half the squared error of one row, from the model: what the rules measure. */
export function exactGradient(
  spec: LatticeSpec,
  theta: Float64Array,
  drive: readonly number[],
  errors: readonly number[],
  height: 'linear' | 'finite' = 'linear',
): Float64Array {
  const load = Float64Array.from(errors, (e) => -e)
  const loss = { spec, stiffness: theta, drive: Float64Array.from(drive), load }
  return height === 'linear' ? linearGradient(loss) : finiteGradient(loss)
}

/** Slope of log y over log x, by least squares. */
export function order(x: readonly number[], y: readonly number[]): number {
  const [lx, ly] = [x.map(Math.log), y.map(Math.log)]
  const [mx, my] = [lx, ly].map((list) => list.reduce((sum, v) => sum + v, 0) / list.length)
  const top = lx.reduce((sum, v, n) => sum + (v - mx) * (ly[n] - my), 0)
  return top / lx.reduce((sum, v) => sum + (v - mx) ** 2, 0)
}
