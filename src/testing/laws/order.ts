import type { CallOptions } from '../../contract/backend.ts'
import type { Track } from '../../contract/block.ts'
import type { Readings } from '../../contract/sheet.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { meanTolerance, same } from '../same.ts'
import { held } from './adjoint.ts'
import { readLocal } from './local.ts'
import { readLayers } from './taps.ts'

/** Lets timers and the event loop's own queues run. */
export function pause(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Time for work that a call left behind to show, in milliseconds. */
const AFTERMATH = 5

/**
 * When calls under way are aborted, in milliseconds after they were made. At once comes last: a call carried out would take
 * away what an aborted one has left behind.
 */
export const CUTS: readonly number[] = [AFTERMATH, 0]

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
  const { adjoint, local, state, taps } = device
  const block = { slots: bench.slots, drive }
  const calls: (() => Promise<Float64Array>)[] = [() => device.store(theta).then(() => NOTHING)]
  if (adjoint !== undefined) {
    const load = bench.inputs().load(adjoint.load, bench.slots, bench.loadPart)
    calls.push(() => held(device, { ...block, load }))
  }
  if (local !== undefined) calls.push(() => readLocal(device, block).then(({ into }) => into))
  if (taps !== undefined) calls.push(() => readLayers(device, block).then(({ into }) => into))
  calls.push(() => readings(device, block))
  if (state !== undefined) calls.push(() => state.snapshot().then(() => NOTHING))
  return calls
}

interface BlockCall {
  readonly what: string
  readonly call: (device: AnyDevice, opts?: CallOptions) => Promise<Taken>
}

/** What a call read of one kind: outputs, local readings, or those of a layer. */
interface Part {
  readonly name: string
  readonly of: Readings
  readonly values: Float64Array
}

type Taken = readonly Part[]

/** Every call of the machine that reads a block, each of so many slots. */
function blockCalls(bench: Bench, slots: number): readonly BlockCall[] {
  const { adjoint, local, taps } = bench.facets
  const outputs = (values: Float64Array): Part => ({ name: 'outputs', of: bench.sheet.sense, values })
  const inputs = bench.inputs()
  const block = { slots, drive: inputs.drive(1, slots) }
  const calls: BlockCall[] = [
    {
      what: 'measure',
      call: async (device, opts) => [outputs(await readings(device, block, opts))],
    },
  ]
  if (adjoint !== undefined) {
    const load = inputs.load(adjoint.load, 1, bench.loadPart, slots)
    calls.push({
      what: 'adjoint.hold',
      call: async (device, opts) => [outputs(await held(device, { ...block, load }, opts))],
    })
  }
  if (local !== undefined) {
    calls.push({
      what: 'local.read',
      call: async (device, opts) => {
        const read = await readLocal(device, block, opts)
        return [outputs(read.into), { name: 'local', of: local.sense, values: read.local }]
      },
    })
  }
  if (taps !== undefined) {
    calls.push({
      what: 'taps.read',
      call: async (device, opts) => {
        const { into, layers } = await readLayers(device, block, opts)
        const inner = layers.map((values, n): Part => ({ name: `layer ${n}`, of: taps.layers[n], values }))
        return [outputs(into), ...inner]
      },
    })
  }
  return calls
}

/** Demands that every call that reads a block reads the same before and after a disturbance. */
export async function stillWorks(
  bench: Bench,
  disturb: (device: AnyDevice, reason: Error) => Promise<void>,
): Promise<void> {
  const inputs = bench.inputs()
  // Two, so that readings of one cannot be mistaken for those of the other.
  const [theta, other] = [inputs.theta(), inputs.theta()]
  const calls = blockCalls(bench, bench.slots)
  const turn = async (device: AnyDevice) => {
    const all = new Map<string, { of: Readings; values: number[] }>()
    for (const stored of [other, theta]) {
      await device.store(stored)
      for (const { call } of calls)
        for (const { name, of, values } of await call(device))
          all.set(name, { of, values: [...(all.get(name)?.values ?? []), ...values] })
    }
    return all
  }
  await bench.device(async (device) => {
    const before = await turn(device)
    await disturb(device, new Error('the law aborted this call'))
    const after = await turn(device)
    for (const [name, { of, values }] of before) unchanged(bench, of, values, after.get(name)?.values ?? [])
  })
}

/** What was cut off may have used up an unknown amount of noise, losses and drift: then only the size can agree. */
function unchanged(bench: Bench, of: Readings, before: readonly number[], after: readonly number[]): void {
  const { noise, min, max } = of
  const tolerance = noise === 0 ? 1e-6 * (max - min) : meanTolerance(bench, 1, 1, of) + 1e-3 * (max - min)
  const at = after.findIndex((value, i) => Math.abs(value - before[i]) > tolerance)
  demand(
    at < 0,
    `the readings from before the abort within ${tolerance} ${of.unit}`,
    `${after[at]} instead of ${before[at]} at ${at}`,
  )
  const lost = after.every(Number.isNaN) && !before.every(Number.isNaN)
  demand(!lost, 'readings after the abort as before', 'none taken')
}

/** Demands a rejection with exactly `reason`; `late` allows a call that had finished before it could be stopped. */
export async function rejectsWith(
  reason: Error,
  what: string,
  call: Promise<unknown>,
  finished = () => false,
): Promise<void> {
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
      await rejectsWith(reason, 'store', device.store(bench.inputs().theta(), { signal }))
      for (const { what, call } of blockCalls(bench, 1)) await rejectsWith(reason, what, call(device, { signal }))
    }),
}

export const abortedQueued: Law = {
  name: 'a call aborted in the queue rejects with its reason and its neighbours are served',
  check: (bench) =>
    stillWorks(bench, async (device, reason) => {
      const inputs = bench.inputs()
      const slots = bench.slots
      const block = { slots, drive: inputs.drive(slots) }
      const calls: { what: string; call: (device: AnyDevice, opts: CallOptions) => Promise<unknown> }[] = [
        { what: 'store', call: (_, opts) => device.store(inputs.theta(), opts) },
        ...blockCalls(bench, slots),
      ]
      for (const { what, call } of calls) {
        const controller = new AbortController()
        const before = readings(device, block)
        const queued = call(device, { signal: controller.signal })
        const after = readings(device, block)
        controller.abort(reason)
        await rejectsWith(reason, `${what}, queued,`, queued)
        const [a, b] = await Promise.all([before, after])
        demand(a.length === b.length, 'both neighbours to be answered', `${a.length} and ${b.length} readings`)
      }
    }),
}

/** Most slots of the block that is cut off. */
const LONG = 256

export const abortedDuring: Law = {
  name: 'a call aborted under way rejects with its reason and the machine still works',
  check: async (bench) => {
    await stillWorks(bench, (device, reason) =>
      interrupted(reason, 'store', (signal) => device.store(bench.inputs().safe(), { signal })),
    )
    for (const { what, call } of blockCalls(bench, Math.min(bench.sheet.maxSlots, LONG)))
      await stillWorks(bench, (device, reason) => interrupted(reason, what, (signal) => call(device, { signal })))
  },
}

/** Aborts a call a little into the work, and again at once; a machine that was faster than the abort is excused. */
async function interrupted(
  reason: Error,
  what: string,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  for (const delay of CUTS) await cutOff(reason, what, call, delay)
}

/** Aborts a call after a delay and demands that it rejects with the reason, unless it was done by then. */
export async function cutOff(
  reason: Error,
  what: string,
  call: (signal: AbortSignal) => Promise<unknown>,
  delay: number,
): Promise<void> {
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
