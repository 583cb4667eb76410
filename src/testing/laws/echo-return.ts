import type { Echo } from '../../contract/echo.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { firstDifference } from '../same.ts'
import { way } from './delta.ts'
import {
  alike,
  echoed,
  echoOf,
  flown,
  framesOf,
  injectionOf,
  injectionSize,
  noEcho,
  oneWay,
  passage,
  wayThrough,
  weights,
} from './flights.ts'
import { apart, measured, type Side } from './sides.ts'

/** An injection of nothing. */
function nothing(bench: Bench): Float64Array {
  return new Float64Array(framesOf(bench) * bench.sheet.sense.width)
}

const returned: Law = {
  name: 'an echo without an injection returns what was sent in, and meets on its way back what it met on its way out',
  unless: noEcho,
  check: (bench) =>
    bench.device(async (device) => {
      const drive = passage(bench)
      const part = bench.options.echo?.returns ?? 1e-9
      await device.store(bench.inputs().theta())
      const undisturbed = () => echoed(device, drive, nothing(bench))
      const back = await measured(bench, async () => (await undisturbed()).echo.returned)
      near('returned', drive.subarray(0, bench.sheet.drive.width), back, part)
      const { local } = bench.facets
      if (local === undefined) return
      const out = await measured(bench, async () => (await undisturbed()).flight.local ?? new Float64Array(0))
      const home = await measured(bench, async () => (await undisturbed()).echo.local ?? new Float64Array(0))
      const known = home.known.map((value, i) => Math.hypot(value, out.known[i]) + local.sense.step)
      near('local', out.values, { values: home.values, known }, part)
    }),
}

/** Demands the numbers that were wanted, within a part of the largest. */
function near(what: string, wanted: Float64Array, { values, known }: Side, part: number): void {
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  demand(values.length === wanted.length, `${wanted.length} numbers in ${what}`, `${values.length}`)
  values.forEach((value, i) => {
    if (Number.isNaN(value) || Number.isNaN(wanted[i])) return
    const tolerance = part * largest + known[i]
    demand(
      Math.abs(value - wanted[i]) <= tolerance,
      `${what}[${i}] of an undisturbed echo to be ${wanted[i]} within ${tolerance} (see echo.returns)`,
      `${value}`,
    )
  })
}

const answers: Law = {
  name: 'what comes back answers to the injection',
  unless: (bench) => noEcho(bench) ?? oneWay(bench),
  check: (bench) =>
    bench.device(async (device) => {
      const drive = passage(bench)
      await device.store(bench.inputs().theta())
      const back = (sign: number) =>
        measured(bench, async () => {
          const injection = injectionOf(weights(bench), sign * injectionSize(bench))
          return (await echoed(device, drive, injection)).echo.returned
        })
      demand(apart(await back(1), await back(-1)), 'opposite injections to return different numbers', 'the same')
    }),
}

const settled: Law = {
  name: 'an echo without a decay leaves the parameters as they were at the launch',
  unless: noEcho,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const block = { slots, drive: inputs.drive(slots) }
    const injection = injectionOf(weights(bench), injectionSize(bench))
    const after = wayThrough('the block after an echo', theta, async (device) => {
      await echoed(device, passage(bench), injection)
      return readings(device, block)
    })
    await alike(bench, way('a block', theta, block), after)
    if (echoOf(bench.facets).learning === undefined) return
    await bench.device(async (device) => {
      await device.store(theta)
      const before = await measured(bench, () => learned(device, theta.length))
      const then = await measured(bench, async () => {
        await echoed(device, passage(bench), injection)
        return learned(device, theta.length)
      })
      demand(!apart(before, then), `the parameters ${before.values} after an echo`, `${then.values}`)
    })
  },
}

/** The parameters that the machine holds. */
export async function learned(device: AnyDevice, params: number): Promise<Float64Array> {
  const theta = new Float64Array(params)
  await echoOf(device).learning?.read(theta)
  return theta
}

const traceless: Law = {
  name: 'a dropped flight leaves no trace',
  unless: noEcho,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const block = { slots, drive: inputs.drive(slots) }
    const drive = passage(bench)
    const before = wayThrough('a block and a flight', theta, async (device) =>
      Float64Array.of(...(await readings(device, block)), ...(await flown(device, drive))),
    )
    const after = wayThrough('a block and a flight after a dropped flight', theta, async (device) => {
      await flown(device, drive)
      return Float64Array.of(...(await readings(device, block)), ...(await flown(device, drive)))
    })
    await alike(bench, before, after)
  },
}

const both: Law = {
  name: 'both echoes of a flight are those of two flights',
  unless: (bench) => noEcho(bench) ?? oneWay(bench),
  check: (bench) =>
    bench.device(async (device) => {
      const drive = passage(bench)
      await device.store(bench.inputs().theta())
      const injection = injectionOf(weights(bench), injectionSize(bench))
      const numbers = ({ returned, conjugate, local }: Echo) => [...returned, ...conjugate, ...(local ?? [])]
      const flight = await echoOf(device).launch(drive)
      await flight[Symbol.asyncDispose]()
      // A machine that cannot be copied has nothing to keep.
      if (flight.both === undefined) return
      const together = await measured(bench, async () => {
        const pair = await (await echoOf(device).launch(drive)).both?.(injection)
        return Float64Array.from(pair?.flatMap(numbers) ?? [])
      })
      const apiece = await measured(bench, async () => {
        const plus = await echoed(device, drive, injection)
        const minus = await echoed(
          device,
          drive,
          injection.map((value) => -value),
        )
        return Float64Array.from([...numbers(plus.echo), ...numbers(minus.echo)])
      })
      demand(!apart(apiece, together), `the numbers ${apiece.values} of two flights`, `${together.values}`)
    }),
}

const restored: Law = {
  name: 'a restored snapshot takes back what an echo has moved',
  unless: (bench) => noEcho(bench) ?? (bench.facets.state ? undefined : 'the machine has no state facet'),
  check: (bench) =>
    bench.device(async (device) => {
      const { state } = device
      if (state === undefined) return
      const theta = bench.inputs().theta()
      const drive = passage(bench)
      const injection = injectionOf(weights(bench), injectionSize(bench))
      const decay = echoOf(device).learning && ({ decay: 'plain' } as const)
      const replay = async () => {
        const { flight, echo } = await echoed(device, drive, injection, decay)
        return Float64Array.of(...flight.output, ...echo.returned, ...(await flown(device, drive)))
      }
      await device.store(theta)
      const snapshot = await state.snapshot()
      const first = await replay()
      const held = new Float64Array(theta.length)
      await state.restore(snapshot, held)
      const moved = firstDifference(held, theta)
      demand(moved < 0, 'the parameters of the snapshot back', `theta[${moved}] = ${held[moved]} for ${theta[moved]}`)
      const second = await replay()
      if (!bench.sheet.repeatable) return
      const at = firstDifference(first, second)
      demand(at < 0, 'the same flight after a restore, bit for bit', `${second[at]} instead of ${first[at]} at ${at}`)
    }),
}

/** What the facet `echo` promises of the way back, and of what is left of a flight. */
export const echoes: readonly Law[] = [returned, answers, settled, traceless, both, restored]
