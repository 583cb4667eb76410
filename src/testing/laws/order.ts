import type { Track } from '../../contract/block.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { firstDifference, meanTolerance, same } from '../same.ts'
import { held } from './adjoint.ts'
import { readLocal } from './local.ts'

/** Lets timers and the event loop's own queues run. */
export function pause(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Time for work that a call left behind to show, in milliseconds. */
const AFTERMATH = 5

export const order: Law = {
  name: 'overlapping calls run in the order they were made',
  check: async (bench) => {
    const inputs = bench.inputs()
    const rounds = [inputs.theta(), inputs.theta()].map((theta) => ({ theta, drive: inputs.drive(bench.slots) }))
    await same(
      bench,
      {
        label: 'calls made one at a time',
        run: async (device) => {
          const out: number[] = []
          for (const call of rounds.flatMap((round) => callsOf(bench, device, round))) {
            out.push(...(await call()))
            await pause(AFTERMATH)
          }
          return Float64Array.from(out)
        },
      },
      {
        label: 'the same calls made all at once',
        run: async (device) => {
          const settled: number[] = []
          const calls = rounds.flatMap((round) => callsOf(bench, device, round))
          const results = await Promise.all(calls.map((call, n) => call().finally(() => settled.push(n))))
          demand(
            settled.every((index, n) => index === n),
            `calls to settle in the order 0..${calls.length - 1}`,
            settled.join(),
          )
          return Float64Array.from(results.flatMap((numbers) => [...numbers]))
        },
      },
    )
  },
}

const NOTHING = new Float64Array(0)

/** One call of each kind the machine has, all given the same parameters and inputs; those that read return it. */
function callsOf(bench: Bench, device: AnyDevice, { theta, drive }: { theta: Float64Array; drive: Track }) {
  const { adjoint, local, state } = device
  const block = { slots: bench.slots, drive }
  const calls: (() => Promise<Float64Array>)[] = [() => device.store(theta).then(() => NOTHING)]
  if (adjoint !== undefined) {
    const load = bench.inputs().load(adjoint.load, bench.slots, bench.loadPart)
    calls.push(() => held(device, { ...block, load }))
  }
  if (local !== undefined) calls.push(() => readLocal(device, block).then(({ into }) => into))
  calls.push(() => readings(device, block))
  if (state !== undefined) calls.push(() => state.snapshot().then(() => NOTHING))
  return calls
}

/** Readings of two blocks that cannot be mistaken for each other, taken before and after a disturbance. */
async function stillWorks(bench: Bench, disturb: (device: AnyDevice, reason: Error) => Promise<void>): Promise<void> {
  const inputs = bench.inputs()
  const [theta, other] = [inputs.theta(), inputs.theta()]
  const slots = bench.slots
  const block = { slots, drive: inputs.drive(slots) }
  const turn = async (device: AnyDevice) => {
    await device.store(other)
    const away = await readings(device, block)
    await device.store(theta)
    return Float64Array.of(...away, ...(await readings(device, block)))
  }
  await bench.device(async (device) => {
    const before = await turn(device)
    await disturb(device, new Error('the law aborted this call'))
    const after = await turn(device)
    // What was cut off may have used up an unknown amount of noise and drift: then only the size can agree.
    const { noise, min, max } = bench.sheet.sense
    const at = firstDifference(before, after)
    const tolerance = noise === 0 ? 1e-6 * (max - min) : meanTolerance(bench, 1) + 1e-3 * (max - min)
    demand(
      at < 0 || after.every((value, i) => Math.abs(value - before[i]) <= tolerance),
      `the readings from before the abort within ${tolerance}`,
      `${after[at]} instead of ${before[at]} at ${at}`,
    )
  })
}

/** Demands a rejection with exactly `reason`; `late` allows a call that had finished before it could be stopped. */
async function rejectsWith(reason: Error, what: string, call: Promise<unknown>, finished = () => false): Promise<void> {
  const done = finished()
  const outcome = await call.then(
    () => 'fulfilled' as const,
    (error: unknown) => error,
  )
  if (outcome === 'fulfilled' && done) return
  demand(
    outcome === reason,
    `${what} to reject with the signal's reason`,
    outcome === 'fulfilled' ? 'it was carried out' : String(outcome),
  )
}

export const abortedBefore: Law = {
  name: 'a call whose signal has fired rejects with its reason and does not reach the machine',
  check: (bench) =>
    stillWorks(bench, async (device, reason) => {
      const signal = AbortSignal.abort(reason)
      const block = { slots: 1, drive: bench.inputs().drive(1) }
      const into = new Float64Array(bench.sheet.sense.width)
      await rejectsWith(reason, 'store', device.store(bench.inputs().theta(), { signal }))
      await rejectsWith(reason, 'measure', device.measure(block, into, { signal }))
    }),
}

export const abortedQueued: Law = {
  name: 'a call aborted in the queue rejects with its reason and its neighbours are served',
  check: (bench) =>
    stillWorks(bench, async (device, reason) => {
      const controller = new AbortController()
      const inputs = bench.inputs()
      const slots = bench.slots
      const block = { slots, drive: inputs.drive(slots) }
      const into = new Float64Array(slots * bench.sheet.sense.width)
      const before = readings(device, block)
      const queued = device.measure(block, into, { signal: controller.signal })
      const after = readings(device, block)
      controller.abort(reason)
      await rejectsWith(reason, 'the queued call', queued)
      const [a, b] = await Promise.all([before, after])
      demand(a.length === b.length, 'both neighbours to be answered', `${a.length} and ${b.length} readings`)
    }),
}

/** Most slots of the block that is cut off. */
const LONG = 256

export const abortedDuring: Law = {
  name: 'a call aborted under way rejects with its reason and the machine still works',
  check: async (bench) => {
    const slots = Math.min(bench.sheet.maxSlots, LONG)
    const block = { slots, drive: bench.inputs().drive(1, slots) }
    const into = new Float64Array(slots * bench.sheet.sense.width)
    await stillWorks(bench, (device, reason) =>
      interrupted(reason, 'measure', (signal) => device.measure(block, into, { signal })),
    )
    await stillWorks(bench, (device, reason) =>
      interrupted(reason, 'store', (signal) => device.store(bench.inputs().safe(), { signal })),
    )
  },
}

/** Aborts a call at once, and again a little into the work; a machine that was faster than the abort is excused. */
async function interrupted(
  reason: Error,
  what: string,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  for (const delay of [0, AFTERMATH]) {
    const controller = new AbortController()
    let settled = false
    const running = call(controller.signal).finally(() => {
      settled = true
    })
    running.catch(() => {})
    await (delay === 0 ? undefined : pause(delay))
    const early = settled
    controller.abort(reason)
    await pause()
    // Settled within one turn of the event loop: the work was done in one go before the abort could be seen.
    await rejectsWith(reason, what, running, () => early || settled)
  }
}
