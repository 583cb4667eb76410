import { attach } from '../../contract/device.ts'
import type { Flight } from '../../contract/echo.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { differs } from '../same.ts'
import {
  echoed,
  echoOf,
  everyCall,
  framesOf,
  injectionOf,
  injectionSize,
  noEcho,
  passage,
  unmoved,
  weights,
} from './flights.ts'
import { CUTS, cutOff, rejectsWith, stillWorks } from './order.ts'
import { refused } from './refusals.ts'

function injection(bench: Bench): Float64Array {
  return injectionOf(weights(bench), injectionSize(bench))
}

/** Demands that a flight is there no more. */
async function over(flight: Flight, injection: Float64Array): Promise<void> {
  await refused('another echo', 'FLIGHT_OVER', () => flight.echo(injection))
  await flight[Symbol.asyncDispose]()
}

const once: Law = {
  name: 'a flight is echoed once or dropped, and dropping it twice is fine',
  unless: noEcho,
  check: (bench) =>
    unmoved(bench, async (device) => {
      const { flight } = await echoed(device, passage(bench), injection(bench))
      await over(flight, injection(bench))
      const dropped = await echoOf(device).launch(passage(bench))
      await dropped[Symbol.asyncDispose]()
      await over(dropped, injection(bench))
    }),
}

const busy: Law = {
  name: 'a machine with a wave in flight is busy, and works when the flight is over',
  unless: noEcho,
  check: (bench) =>
    unmoved(bench, async (device) => {
      const drive = passage(bench)
      const snapshot = await device.state?.snapshot()
      const calls = everyCall(bench, device, snapshot)
      const launching = echoOf(device).launch(drive)
      const waiting = calls.map(([what, call]) => [what, settledOf(call())] as const)
      const flight = await launching
      for (const [what, outcome] of waiting) await refused(`${what}, called before the flight`, 'BUSY', () => outcome)
      for (const [what, call] of calls) await refused(`${what} during a flight`, 'BUSY', call, [bench.sheet.machine])
      const echo = flight.echo(new Float64Array(flight.output.length))
      const behind = device.measure(
        { slots: 1, drive: bench.inputs().drive(1) },
        new Float64Array(flight.output.length),
      )
      await echo
      demand((await behind).slots === 1, 'a call made behind an echo to be served', 'no slot')
    }),
}

/** The same promise, whose rejection may wait to be looked at. */
function settledOf<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

const abortedBefore: Law = {
  name: 'a launch or an echo whose signal has fired rejects with its reason; the flight stays open',
  unless: noEcho,
  check: (bench) =>
    stillWorks(bench, async (device, reason) => {
      const signal = AbortSignal.abort(reason)
      await rejectsWith(reason, 'launch', echoOf(device).launch(passage(bench), { signal }))
      const flight = await echoOf(device).launch(passage(bench))
      await rejectsWith(reason, 'echo', flight.echo(injection(bench), { signal }))
      if (flight.both !== undefined) await rejectsWith(reason, 'both', flight.both(injection(bench), { signal }))
      const { returned } = await flight.echo(injection(bench))
      demand(returned.length > 0, 'the flight to be echoed after all', 'nothing returned')
    }),
}

const abortedDuring: Law = {
  name: 'a launch or an echo aborted under way rejects with its reason; the flight is over and the machine works',
  unless: noEcho,
  check: async (bench) => {
    const drive = passage(bench)
    await stillWorks(bench, async (device, reason) => {
      for (const delay of CUTS) {
        let flight: Flight | undefined
        const launch = async (signal: AbortSignal) => {
          flight = await echoOf(device).launch(drive, { signal })
        }
        await cutOff(reason, 'launch', launch, delay)
        await flight?.[Symbol.asyncDispose]()
      }
    })
    await stillWorks(bench, async (device, reason) => {
      const block = { slots: bench.slots, drive: bench.inputs().drive(bench.slots) }
      const before = await readings(device, block)
      for (const delay of CUTS) {
        const flight = await echoOf(device).launch(drive)
        await cutOff(reason, 'echo', (signal) => flight.echo(injection(bench), { signal }), delay)
        await over(flight, injection(bench))
      }
      const moved = differs(bench, before, await readings(device, block))
      demand(!moved, 'the parameters where they were before an aborted echo', 'other readings')
    })
  },
}

const disposed: Law = {
  name: 'a machine disposed with a wave in flight drops it and closes',
  unless: noEcho,
  check: (bench) =>
    bench.own(async (backend) => {
      const device: AnyDevice = attach(backend)
      await device.store(bench.inputs().theta())
      const flight = await echoOf(device).launch(passage(bench))
      await device[Symbol.asyncDispose]()
      await device[Symbol.asyncDispose]()
      await refused('an echo after dispose', 'DISPOSED', () => flight.echo(new Float64Array(framesOf(bench))))
      await refused('a launch after dispose', 'DISPOSED', () => echoOf(device).launch(passage(bench)))
      await flight[Symbol.asyncDispose]()
      await backend[Symbol.asyncDispose]()
    }),
}

/** Whose turn it is while a wave is in flight. */
export const turns: readonly Law[] = [once, busy, abortedBefore, abortedDuring, disposed]
