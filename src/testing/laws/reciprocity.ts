import type { Port } from '../../contract/sheet.ts'
import type { AnyDevice, Bench } from '../bench.ts'
import { gridOf, onGrid } from '../inputs.ts'
import { demand, type Law } from '../law.ts'
import { Means } from '../same.ts'
import { held, noAdjoint } from './adjoint.ts'

/** Why loads cannot be put on in push-pull pairs, if so. */
export function oneWay({ load }: Bench): string | undefined {
  return load.min < 0 && load.max > 0 ? undefined : 'its loads go one way only'
}

/** Size of the loads that laws put on, both ways. */
export function loadSize({ load, loadPart }: Bench): number {
  const most = Math.min(load.max, -load.min)
  const symmetric: Port = { ...load, min: -most, max: most }
  return Math.max(gridOf(load), onGrid(symmetric, loadPart * most))
}

/** Slots over which a load is held, so that the mean of what is read meanwhile stands out of the noise. */
export function slotsPerResponse(bench: Bench, noise: number): number {
  return noise > 0 ? bench.repeats : 1
}

/** Means of readings over `slots` slots each: row r is what was read while row r was held. */
export function meanRows(values: Float64Array, width: number, slots: number): Means {
  const means = new Means(values.length / slots)
  for (let i = 0; i < values.length; i++) means.add(Math.floor(i / (slots * width)) * width + (i % width), values[i])
  return means
}

/** Change of every output (column) from a load pulling to one pushing at every output (row), and what it is known to. */
async function responses(bench: Bench, device: AnyDevice) {
  const { width, noise, step } = bench.sheet.sense
  const inputs = bench.inputs()
  await device.store(inputs.theta())
  const size = loadSize(bench)
  const span = slotsPerResponse(bench, noise)
  const slots = 2 * width * span
  const data = new Float64Array(2 * width * width)
  for (let a = 0; a < width; a++) {
    data[2 * a * width + a] = size
    data[(2 * a + 1) * width + a] = -size
  }
  const block = { slots, drive: inputs.drive(1, slots), load: { kind: 'track', data, hold: span } } as const
  const rows = meanRows(await held(device, block), width, span)
  const change = (a: number, b: number) => rows.at(2 * a * width + b) - rows.at((2 * a + 1) * width + b)
  return { change, known: bench.sigmas * noise * Math.sqrt(2 / span) + step, size }
}

const answers: Law = {
  name: 'a load moves the output it is held on',
  unless: (bench) => noAdjoint(bench) ?? oneWay(bench),
  check: (bench) =>
    bench.device(async (device) => {
      const { change, known, size } = await responses(bench, device)
      const { unit } = bench.sheet.sense
      for (let a = 0; a < bench.sheet.sense.width; a++) {
        demand(
          Math.abs(change(a, a)) > known,
          `loads of +-${size} ${bench.load.unit} on output ${a} to move it by more than ${known} ${unit} (see loadPart)`,
          `${change(a, a)} ${unit}`,
        )
      }
    }),
}

const reciprocity: Law = {
  name: 'a load on one output moves another as much as a load there moves the first',
  unless: (bench) =>
    noAdjoint(bench) ?? oneWay(bench) ?? (bench.sheet.sense.width < 2 ? 'the machine has one output' : undefined),
  check: (bench) =>
    bench.device(async (device) => {
      const { change, known, size } = await responses(bench, device)
      const { width, unit } = bench.sheet.sense
      for (let a = 0; a < width; a++) {
        for (let b = 0; b < a; b++) {
          const scale = Math.sqrt(Math.abs(change(a, a) * change(b, b)))
          const tolerance = Math.SQRT2 * known + bench.relative * scale
          demand(
            Math.abs(change(a, b) - change(b, a)) <= tolerance,
            `+-${size} ${bench.load.unit} on output ${a} to move output ${b} by ${change(b, a)} ${unit} within ${tolerance}, as they move ${a} when held on ${b}`,
            `${change(a, b)} ${unit}`,
          )
        }
      }
    }),
}

/** What loads make of the machine. */
export const responsive: readonly Law[] = [answers, reciprocity]
