import { bankOffsets, paramCount } from '../../contract/sheet.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { noAdjoint } from './adjoint.ts'
import { localOf, readLocal } from './local.ts'
import { averaged, loadSize, meanRows, oneWay } from './reciprocity.ts'

/** Most parameters that are looked at, spread over theta. */
const PICKS = 16

/** One side of the rule for each parameter looked at, and what it is known to. */
interface Side {
  readonly values: Float64Array
  readonly known: Float64Array
}

/**
 * What a load f at the outputs would gain by a change of a parameter is -q a, q the parameter's local reading and a the
 * change of that reading which f makes: see `LocalPort`.
 */
export const conjugate: Law = {
  name: 'local readings with and without a load tell how a parameter moves the outputs',
  unless: (bench) =>
    noAdjoint(bench) ?? (bench.facets.local === undefined ? 'the machine has no local facet' : oneWay(bench)),
  check: (bench) =>
    bench.device(async (device) => {
      await device.store(bench.inputs().theta())
      const picks = picked(paramCount(bench.sheet))
      const force = forces(bench)
      const moved = await byDifferences(bench, device, picks, force)
      const told = await byLocalReadings(bench, device, picks, force)
      let resolved = 0
      for (let n = 0; n < picks.length; n++) {
        const [wanted, seen] = [moved.values[n], told.values[n]]
        // No local reading of it could be taken.
        if (Number.isNaN(seen)) continue
        const noise = Math.hypot(moved.known[n], told.known[n])
        const tolerance = noise + bench.relative * Math.max(Math.abs(wanted), Math.abs(seen))
        if (Math.max(Math.abs(wanted), Math.abs(seen)) > 2 * noise) resolved++
        demand(
          Math.abs(seen - wanted) <= tolerance,
          `-q a of parameter ${picks[n]} to be f . d sense / d theta = ${wanted} within ${tolerance}`,
          `${seen}`,
        )
      }
      demand(resolved > 0, 'a parameter whose effect stands above the noise (see loadPart and repeats)', 'none')
    }),
}

function picked(params: number): number[] {
  const count = Math.min(PICKS, params)
  return Array.from({ length: count }, (_, n) => Math.floor((n * params) / count))
}

/** One load that pulls at some outputs and pushes at the others, no two alike. */
function forces(bench: Bench): Float64Array {
  const { width, step } = bench.load
  const size = loadSize(bench)
  return Float64Array.from({ length: width }, (_, o) => {
    const value = size * (1 - o / (2 * width)) * (o % 2 === 0 ? 1 : -1)
    return step > 0 ? Math.round(value / step) * step : value
  })
}

/** f . d sense / d theta_i by central differences; a second, wider one tells what the first leaves out. */
async function byDifferences(bench: Bench, device: AnyDevice, picks: number[], force: Float64Array): Promise<Side> {
  const { sheet } = bench
  const { width, noise, step } = sheet.sense
  const params = paramCount(sheet)
  const offsets = bankOffsets(sheet)
  const amplitudes = bench.inputs().amplitudes()
  const height = picks.map((i) => amplitudes[offsets.findIndex((_, b) => i < offsets[b + 1])])
  const span = averaged(bench, noise)
  const factors = [1, -1, 2, -2]
  const data = new Float64Array(picks.length * factors.length * params)
  picks.forEach((i, n) => {
    for (const [f, factor] of factors.entries()) data[(n * factors.length + f) * params + i] = factor * height[n]
  })
  const slots = picks.length * factors.length * span
  const block = { slots, drive: bench.inputs().drive(1, slots), delta: { kind: 'track', data, hold: span } } as const
  const rows = meanRows(await readings(device, block), width, span)
  const values = new Float64Array(picks.length)
  const known = new Float64Array(picks.length)
  const size = Math.hypot(...force)
  picks.forEach((_, n) => {
    const work = (f: number) => {
      let sum = 0
      for (let o = 0; o < width; o++) sum += force[o] * rows[(n * factors.length + f) * width + o]
      return sum
    }
    const narrow = (work(0) - work(1)) / (2 * height[n])
    const wide = (work(2) - work(3)) / (4 * height[n])
    const uncertain = (bench.options.sigmas ?? 5) * noise * Math.sqrt(2 / span) + Math.sqrt(width) * step
    values[n] = narrow
    known[n] = (size * uncertain) / (2 * height[n]) + Math.abs(wide - narrow)
  })
  return { values, known }
}

/** -q a from three local readings: without a load, and with the load pulling and pushing. */
async function byLocalReadings(bench: Bench, device: AnyDevice, picks: number[], force: Float64Array): Promise<Side> {
  const { sense } = localOf(device)
  const span = averaged(bench, sense.noise)
  const slots = 3 * span
  const data = Float64Array.of(...force.map(() => 0), ...force, ...force.map((value) => -value))
  const block = { slots, drive: bench.inputs().drive(1, slots), load: { kind: 'track', data, hold: span } } as const
  const rows = meanRows((await readLocal(device, block)).local, sense.width, span)
  const values = new Float64Array(picks.length)
  const known = new Float64Array(picks.length)
  const uncertain = (bench.options.sigmas ?? 5) * (sense.noise / Math.sqrt(span)) + sense.step / 2
  picks.forEach((i, n) => {
    const q = rows[i]
    const a = (rows[sense.width + i] - rows[2 * sense.width + i]) / 2
    values[n] = -q * a
    known[n] = uncertain * (Math.abs(a) + Math.abs(q) + uncertain)
  })
  return { values, known }
}
