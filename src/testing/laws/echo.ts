import { paramCount } from '../../contract/sheet.ts'
import { demand, type Law } from '../law.ts'
import { same } from '../same.ts'
import { way } from './delta.ts'
import {
  echoed,
  echoOf,
  flown,
  framesOf,
  injectionOf,
  injectionSize,
  noEcho,
  oneFrame,
  passage,
  wayThrough,
  weights,
} from './flights.ts'
import { readLocal } from './local.ts'
import { checkReceipt } from './reading.ts'
import { apart, measured } from './sides.ts'

const fill: Law = {
  name: 'a flight fills frames x sense width readings, and its echo what belongs to the drive',
  unless: noEcho,
  check: (bench) =>
    bench.raw(async (backend) => {
      const { drive, sense } = bench.sheet
      await backend.store(bench.inputs().theta())
      const filled = (what: string, values: Float64Array | undefined, count: number, holes = false) => {
        demand(values?.length === count, `${count} numbers in ${what} of a flight`, `${values?.length ?? 'none'}`)
        const at = holes ? -1 : values.findIndex((value) => !Number.isFinite(value))
        demand(at < 0, `numbers in ${what} of a flight`, `${values[at]} at ${at}`)
      }
      for (const frames of new Set([1, framesOf(bench)])) {
        const flight = await echoOf(backend).launch(passage(bench, frames))
        const block = { slots: frames, drive: bench.inputs().drive(frames) }
        checkReceipt(flight.receipt, block)
        filled('the output', flight.output, frames * sense.width)
        const echo = await flight.echo(new Float64Array(frames * sense.width))
        checkReceipt(echo.receipt, block)
        filled('what was returned', echo.returned, drive.width)
        filled('the conjugate', echo.conjugate, frames * drive.width)
        if (bench.facets.local === undefined) continue
        filled('the local readings', flight.local, paramCount(bench.sheet), true)
        filled('the local readings on the way back', echo.local, paramCount(bench.sheet), true)
      }
    }),
}

const slot: Law = {
  name: 'a flight of one frame reads as one slot measured, with its local readings',
  unless: noEcho,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const drive = inputs.drive(1)
    const block = { slots: 1, drive }
    const flight = wayThrough('a flight of one frame', theta, (device) => flown(device, drive.data))
    await same(bench, way('a slot measured', theta, block), flight)
    const { local } = bench.facets
    if (local?.reads !== 'action') return
    const read = wayThrough(
      'the local readings of a slot',
      theta,
      async (device) => (await readLocal(device, block)).local,
    )
    const action = wayThrough('the local readings of a flight', theta, async (device) => {
      await using flight = await echoOf(device).launch(drive.data)
      return flight.local ?? new Float64Array(0)
    })
    await same(bench, read, action, local.sense)
  },
}

const prefix: Law = {
  name: 'a frame reads the same whatever is sent in after it',
  unless: (bench) => noEcho(bench) ?? oneFrame(bench),
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const drive = inputs.drive(2).data
    const first = drive.subarray(0, bench.sheet.drive.width)
    await same(
      bench,
      wayThrough('a flight of one frame', theta, (device) => flown(device, first)),
      wayThrough('the first frame of a flight of two', theta, async (device) =>
        (await flown(device, drive)).subarray(0, bench.sheet.sense.width),
      ),
    )
  },
}

const order: Law = {
  name: 'the frames of a drive and of an injection have their order',
  unless: (bench) => noEcho(bench) ?? oneFrame(bench),
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      await device.store(inputs.theta())
      const drive = inputs.drive(2).data
      const straight = await measured(bench, () => flown(device, drive))
      const swappedDrive = swapped(drive, bench.sheet.drive.width)
      const other = await measured(bench, () => flown(device, swappedDrive))
      demand(apart(straight, other), 'two frames, swapped, to read otherwise', 'the same readings')
      const injection = injectionOf(weights(bench, 2), injectionSize(bench))
      const back = (injection: Float64Array) => async () => {
        const { echo } = await echoed(device, drive, injection)
        return Float64Array.of(...echo.returned, ...echo.conjugate)
      }
      const met = await measured(bench, back(injection))
      const met2 = await measured(bench, back(swapped(injection, bench.sheet.sense.width)))
      demand(apart(met, met2), 'the injections of two frames, swapped, to come back otherwise', 'the same numbers')
    }),
}

/** Two rows the other way round. */
function swapped(rows: Float64Array, width: number): Float64Array {
  return Float64Array.of(...rows.subarray(width), ...rows.subarray(0, width))
}

/** What the facet `echo` promises of the way out. */
export const flights: readonly Law[] = [fill, slot, prefix, order]
