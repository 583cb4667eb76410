import type { Echo } from '../../contract/echo.ts'
import { bankOffsets, paramCount } from '../../contract/sheet.ts'
import type { AnyDevice, Bench } from '../bench.ts'
import type { Law } from '../law.ts'
import { learned } from './echo-return.ts'
import {
  echoed,
  echoOf,
  flown,
  framesOf,
  injectionOf,
  injectionSize,
  noEcho,
  oneWay,
  passage,
  weights,
} from './flights.ts'
import { agree, measured, type Side } from './sides.ts'

/** Most parameters or drive values that are looked at, spread over all. */
const PICKS = 8
/** What differences are made smaller by on a machine without noise and steps. */
const FINER = 1 / 64

const relativeOf = ({ options }: Bench) => options.echo?.relative ?? 1e-3

function picked(count: number): number[] {
  const picks = Math.min(PICKS, count)
  return Array.from({ length: picks }, (_, n) => Math.floor((n * count) / picks))
}

/** The cost whose slopes are the weights of the readings. */
const cost = (output: Float64Array, weights: Float64Array) => output.reduce((sum, y, k) => sum + weights[k] * y, 0)

/** Whether differences have noise or steps to stand above. */
function isCoarse({ sheet }: Bench): boolean {
  const { banks, drive, sense, repeatable } = sheet
  return !repeatable || sense.noise > 0 || [sense, drive, ...banks].some(({ step }) => step > 0)
}

/** Slopes of the cost by central differences; narrower ones tell what these leave out. */
async function byDifferences(
  bench: Bench,
  heights: readonly { readonly wide: number; readonly narrow: number }[],
  read: (index: number, shift: number) => Promise<Float64Array>,
): Promise<Side> {
  const weighed = weights(bench)
  const count = heights.length
  const slope = async (index: number, height: number) => {
    const up = cost(await read(index, height), weighed)
    return (up - cost(await read(index, -height), weighed)) / (2 * height)
  }
  const both = await measured(bench, async () => {
    const values: number[] = []
    for (let n = 0; n < count; n++) values.push(await slope(n, heights[n].wide))
    for (let n = 0; n < count; n++) values.push(await slope(n, heights[n].narrow))
    return Float64Array.from(values)
  })
  const rounding = bench.sheet.sense.step * Math.sqrt(weighed.length)
  const values = both.values.subarray(0, count)
  const known = values.map(
    (value, n) => both.known[n] + Math.abs(value - both.values[count + n]) + rounding / (2 * heights[n].wide),
  )
  return { values, known }
}

/** Slopes of the cost by the parameters picked. */
export function byParameters(bench: Bench, device: AnyDevice, picks: readonly number[]): Promise<Side> {
  const { banks } = bench.sheet
  const theta = bench.inputs().theta()
  const drive = passage(bench)
  const offsets = bankOffsets(bench.sheet)
  const amplitudes = bench.inputs().amplitudes()
  const heights = picks.map((i) => {
    const b = offsets.findIndex((_, bank) => i < offsets[bank + 1])
    return halved(isCoarse(bench) ? amplitudes[b] : amplitudes[b] * FINER, banks[b].step)
  })
  return byDifferences(bench, heights, async (n, shift) => {
    const moved = theta.slice()
    moved[picks[n]] += shift
    await device.store(moved)
    return flown(device, drive)
  })
}

/** Slopes of the cost by the drive values picked. */
function byDrive(bench: Bench, device: AnyDevice, picks: readonly number[]): Promise<Side> {
  const { min, max, step } = bench.sheet.drive
  const drive = passage(bench)
  const range = (max - min) / 32
  const height = halved(isCoarse(bench) ? range : range * FINER, step)
  return byDifferences(
    bench,
    picks.map(() => height),
    async (n, shift) => {
      const moved = drive.slice()
      moved[picks[n]] += shift
      return flown(device, moved)
    },
  )
}

/** A height and about half of it, in whole steps. */
function halved(height: number, step: number): { readonly wide: number; readonly narrow: number } {
  if (step === 0) return { wide: height, narrow: height / 2 }
  const wide = Math.max(1, Math.round(height / step)) * step
  return { wide, narrow: Math.max(1, Math.round(wide / step / 2)) * step }
}

/** The same from the contrast of two opposite echoes, -(plus - minus) / 2 eps; half as large ones tell what that leaves out. */
async function byEchoes(
  bench: Bench,
  device: AnyDevice,
  picks: readonly number[],
  step: number,
  read: (echo: Echo) => Float64Array | undefined,
): Promise<Side> {
  const drive = passage(bench)
  const size = injectionSize(bench)
  const contrast = async (eps: number) => {
    // Down the slope of the cost, then up.
    const plus = read((await echoed(device, drive, injectionOf(weights(bench), -eps))).echo)
    const minus = read((await echoed(device, drive, injectionOf(weights(bench), eps))).echo)
    return picks.map((i) => -((plus?.[i] ?? Number.NaN) - (minus?.[i] ?? Number.NaN)) / (2 * eps))
  }
  const both = await measured(bench, async () =>
    Float64Array.of(...(await contrast(size)), ...(await contrast(size / 2))),
  )
  const values = both.values.subarray(0, picks.length)
  const known = values.map(
    (value, n) => both.known[n] + Math.abs(value - both.values[picks.length + n]) + step / (2 * size),
  )
  return { values, known }
}

const actions: Law = {
  name: 'the actions of two opposite echoes tell how a parameter moves the readings',
  unless: (bench) =>
    noEcho(bench) ?? (bench.facets.local === undefined ? 'the machine has no local facet' : oneWay(bench)),
  check: (bench) =>
    bench.device(async (device) => {
      const picks = picked(paramCount(bench.sheet))
      const moved = await byParameters(bench, device, picks)
      await device.store(bench.inputs().theta())
      const told = await byEchoes(bench, device, picks, device.local?.sense.step ?? 0, ({ local }) => local)
      agree(
        moved,
        told,
        relativeOf(bench),
        (n, wanted) => `-(A+ - A-) / 2 eps of parameter ${picks[n]} to be d cost / d theta = ${wanted}`,
      )
    }),
}

const conjugates: Law = {
  name: 'the conjugates of two opposite echoes tell how the drive moves the readings',
  unless: (bench) => noEcho(bench) ?? oneWay(bench),
  check: (bench) =>
    bench.device(async (device) => {
      await device.store(bench.inputs().theta())
      const picks = picked(framesOf(bench) * bench.sheet.drive.width)
      const moved = await byDrive(bench, device, picks)
      const told = await byEchoes(bench, device, picks, 0, ({ conjugate }) => conjugate)
      agree(
        moved,
        told,
        relativeOf(bench),
        (n, wanted) => `-(c+ - c-) / 2 eps of drive[${picks[n]}] to be d cost / d drive = ${wanted}`,
      )
    }),
}

const learning: Law = {
  name: 'echoes that decay, once each way, move the parameters down the slope',
  unless: (bench) =>
    noEcho(bench) ?? (bench.facets.echo?.learning === undefined ? 'the machine has no learning field' : oneWay(bench)),
  check: (bench) =>
    bench.device(async (device) => {
      const picks = picked(paramCount(bench.sheet))
      const slopes = await byParameters(bench, device, picks)
      const told = await byLearning(bench, device, picks, slopes)
      agree(
        slopes,
        told,
        relativeOf(bench),
        (n, wanted) => `the shift of parameter ${picks[n]} over -2 eta bracket gain to be d cost / d theta = ${wanted}`,
      )
    }),
}

/** Part of what test parameters are spread over that learning may move one. */
const SHIFT = 1 / 64

/** Shifts of the parameters that a pair of echoes with their decays makes, over -2 eta bracket gain. */
async function byLearning(bench: Bench, device: AnyDevice, picks: readonly number[], slopes: Side): Promise<Side> {
  const { learning, injection } = echoOf(device)
  if (learning === undefined) return { values: new Float64Array(0), known: new Float64Array(0) }
  const theta = bench.inputs().theta()
  const drive = passage(bench)
  const push = 2 * learning.bracket * learning.gain
  const steepest = slopes.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const room = SHIFT * Math.min(...bench.inputs().amplitudes())
  let size = injectionSize(bench)
  // Without noise and steps so small that the second echo meets the slopes of the first.
  while (!isCoarse(bench) && injection.step === 0 && size * Math.abs(push) * steepest > room) size /= 2
  const shift = async (eta: number) => {
    await device.store(theta)
    await echoed(device, drive, injectionOf(weights(bench), -eta), { decay: 'plain' })
    await echoed(device, drive, injectionOf(weights(bench), eta), { decay: 'mirrored' })
    const moved = await learned(device, theta.length)
    return picks.map((i) => (theta[i] - moved[i]) / (eta * push))
  }
  const both = await measured(bench, async () => Float64Array.of(...(await shift(size)), ...(await shift(size / 2))))
  const values = both.values.subarray(0, picks.length)
  const known = values.map((value, n) => both.known[n] + Math.abs(value - both.values[picks.length + n]))
  return { values, known }
}

/** What echoes tell of slopes, and do with them. */
export const slopes: readonly Law[] = [actions, conjugates, learning]
