import { bankOffsets, paramCount } from '../../contract/sheet.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { gridOf } from '../inputs.ts'
import type { Law } from '../law.ts'
import { noAdjoint } from './adjoint.ts'
import { localOf, readLocal } from './local.ts'
import { loadSize, meanRows, oneWay, slotsPerResponse } from './reciprocity.ts'
import { agree, type Side } from './sides.ts'

/** Most parameters that are looked at, spread over theta. */
const PICKS = 64

/**
 * What a load f at the outputs would gain by a change of a parameter is -q a, q the parameter's local reading and a the
 * change of that reading which f makes: see `LocalPort`.
 */
export const conjugate: Law = {
  name: 'local readings with and without a load tell how a parameter moves the outputs',
  unless: (bench) => noAdjoint(bench) ?? noRoots(bench) ?? oneWay(bench),
  check: (bench) =>
    bench.device(async (device) => {
      await device.store(bench.inputs().theta())
      const picks = picked(paramCount(bench.sheet))
      const force = forces(bench)
      const moved = await byDifferences(bench, device, picks, force)
      const told = await byLocalReadings(bench, device, picks, force)
      const says = (n: number, wanted: number) =>
        `-q a of parameter ${picks[n]} to be f . d sense / d theta = ${wanted}`
      agree(moved, told, bench.relative, says)
    }),
}

function noRoots({ facets: { local } }: Bench): string | undefined {
  if (local === undefined) return 'the machine has no local facet'
  return local.reads === 'root' ? undefined : 'its local readings are actions'
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
    // An even number of steps, so that half of it can be held too.
    return step > 0 ? 2 * Math.round(value / step / 2) * step : value
  })
}

/** f . d sense / d theta_i by central differences; narrower ones tell what these leave out. */
async function byDifferences(bench: Bench, device: AnyDevice, picks: number[], force: Float64Array): Promise<Side> {
  const { sheet } = bench
  const { width, noise, step } = sheet.sense
  const params = paramCount(sheet)
  const offsets = bankOffsets(sheet)
  const amplitudes = bench.inputs().amplitudes()
  const heights = picks.map((i) => {
    const b = offsets.findIndex((_, bank) => i < offsets[bank + 1])
    return { wide: amplitudes[b], narrow: half(amplitudes[b], gridOf(sheet.banks[b])) }
  })
  const span = slotsPerResponse(bench, noise)
  const data = new Float64Array(4 * picks.length * params)
  picks.forEach((i, n) => {
    const { wide, narrow } = heights[n]
    for (const [row, value] of [wide, -wide, narrow, -narrow].entries()) data[(4 * n + row) * params + i] = value
  })
  const slots = 4 * picks.length * span
  const block = { slots, drive: bench.inputs().drive(1, slots), delta: { kind: 'track', data, hold: span } } as const
  const rows = meanRows(await readings(device, block), width, span)
  /** f . sense in a row. */
  const work = (row: number) => force.reduce((sum, f, o) => sum + f * rows.at(row * width + o), 0)
  const size = Math.hypot(...force)
  const uncertain = bench.sigmas * noise * Math.sqrt(2 / span) + Math.sqrt(width) * step
  const values = new Float64Array(picks.length)
  const known = new Float64Array(picks.length)
  heights.forEach(({ wide, narrow }, n) => {
    values[n] = (work(4 * n) - work(4 * n + 1)) / (2 * wide)
    const closer = (work(4 * n + 2) - work(4 * n + 3)) / (2 * narrow)
    known[n] = (size * uncertain) / (2 * wide) + Math.abs(values[n] - closer)
  })
  return { values, known }
}

/** About half of an amplitude, in whole steps. */
function half(amplitude: number, grid: number): number {
  return Math.max(1, Math.round(amplitude / grid / 2)) * grid
}

/** -q a from local readings without a load, and with a load both ways; one half as large tells what that leaves out. */
async function byLocalReadings(bench: Bench, device: AnyDevice, picks: number[], force: Float64Array): Promise<Side> {
  const { sense } = localOf(device)
  const span = slotsPerResponse(bench, sense.noise)
  const factors = [0, 1, -1, 0.5, -0.5]
  const slots = factors.length * span
  const data = Float64Array.from(factors.flatMap((factor) => [...force].map((value) => factor * value)))
  const block = { slots, drive: bench.inputs().drive(1, slots), load: { kind: 'track', data, hold: span } } as const
  const rows = meanRows((await readLocal(device, block)).local, sense.width, span)
  const values = new Float64Array(picks.length)
  const known = new Float64Array(picks.length)
  picks.forEach((i, n) => {
    const read = (row: number) => rows.at(row * sense.width + i)
    const taken = Math.min(...factors.map((_, row) => rows.taken[row * sense.width + i]))
    const uncertain = bench.sigmas * (sense.noise / Math.sqrt(taken)) + sense.step / 2
    const q = read(0)
    const a = (read(1) - read(2)) / 2
    const small = read(3) - read(4)
    values[n] = -q * a
    known[n] = uncertain * (Math.abs(a) + Math.abs(q) + uncertain) + Math.abs(q * (a - small))
  })
  return { values, known }
}
