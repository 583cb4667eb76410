import type { CallOptions } from '../../contract/backend.ts'
import type { Echo, EchoOptions, EchoPort, Flight } from '../../contract/echo.ts'
import type { Port } from '../../contract/sheet.ts'
import type { AnyDevice, Bench } from '../bench.ts'
import { LawBroken } from '../law.ts'
import { same, sameOnAverage, type Way } from '../same.ts'
import { untouched } from './refusals.ts'

export const noEcho = ({ facets }: Bench) => (facets.echo === undefined ? 'the machine has no echo facet' : undefined)

/** The facet of a machine that had it when the law was asked. */
export function echoOf({ echo }: { readonly echo?: EchoPort }): EchoPort {
  if (echo === undefined) throw new LawBroken('expected every instance of the machine to have the facet echo')
  return echo
}

/** Why nothing can be said about several frames, if so. */
export function oneFrame(bench: Bench): string | undefined {
  return framesOf(bench) < 2 ? 'a passage has one frame' : undefined
}

/** Why nothing can be injected both ways, if so. */
export function oneWay({ facets }: Bench): string | undefined {
  const injection = facets.echo?.injection
  return injection !== undefined && injection.min < 0 && injection.max > 0
    ? undefined
    : 'its injections go one way only'
}

/** Frames of a typical passage. */
export function framesOf({ options, facets }: Bench): number {
  return Math.min(options.echo?.frames ?? 3, facets.echo?.maxFrames ?? 1)
}

/** Drive of a typical passage. */
export function passage(bench: Bench, frames = framesOf(bench)): Float64Array {
  return bench.inputs().drive(frames).data
}

/** Size of the injections that laws make, both ways. */
export function injectionSize(bench: Bench): number {
  const { injection } = echoOf(bench.facets)
  return bench.options.echo?.injection ?? defaultSize(injection)
}

/** A power of two, so that halves of it are exact. */
function defaultSize({ min, max, step }: Port): number {
  const most = Math.min(max, -min, 1)
  return Math.max(4 * step, 2 ** Math.floor(Math.log2(most / 1024)))
}

/**
 * One weight for each reading of a passage, no two alike, from 1 down to 1/2 with either sign; times the size of
 * injections each is a whole and even number of the port's steps.
 */
export function weights(bench: Bench, frames = framesOf(bench)): Float64Array {
  const { step, width } = echoOf(bench.facets).injection
  const size = injectionSize(bench)
  const count = frames * width
  return Float64Array.from({ length: count }, (_, k) => {
    const weight = (1 - k / (2 * count)) * (k % 2 === 0 ? 1 : -1)
    return step > 0 ? (2 * Math.round((size * weight) / step / 2) * step) / size : weight
  })
}

/** The weights as an injection of a size, of either sign. */
export function injectionOf(weights: Float64Array, size: number): Float64Array {
  return weights.map((weight) => size * weight)
}

/** Launches a flight and lets it go; gives its readings. */
export async function flown(device: AnyDevice, drive: Float64Array): Promise<Float64Array> {
  await using flight = await echoOf(device).launch(drive)
  return flight.output
}

/** Launches a flight and echoes it. */
export async function echoed(
  device: AnyDevice,
  drive: Float64Array,
  injection: Float64Array,
  opts?: EchoOptions,
): Promise<{ readonly flight: Flight; readonly echo: Echo }> {
  const flight = await echoOf(device).launch(drive)
  return { flight, echo: await flight.echo(injection, opts) }
}

/** Stores theta, then returns what `work` makes of the machine. */
export function wayThrough(
  label: string,
  theta: Float64Array,
  work: (device: AnyDevice) => Promise<Float64Array>,
): Way {
  return {
    label,
    run: async (device) => {
      await device.store(theta)
      return work(device)
    },
  }
}

/** As `same`, of ways that do not take up equally much of the machine's noise: where there is noise, on average. */
export function alike(bench: Bench, a: Way, b: Way): Promise<void> {
  return bench.sheet.sense.noise === 0 ? same(bench, a, b) : sameOnAverage(bench, a, b)
}

/** Demands that what was done to a machine, flights that have taken up noise included, has moved nothing. */
export function unmoved(bench: Bench, work: (device: AnyDevice) => Promise<void>): Promise<void> {
  return untouched(bench, work, alike)
}

/** Every call of the machine but an echo's, by name; `restore` goes back to a snapshot taken before. */
export function everyCall(bench: Bench, device: AnyDevice, snapshot: Uint8Array | undefined) {
  const { adjoint, codes, echo, local, state, taps } = device
  const inputs = bench.inputs()
  const theta = inputs.theta()
  const block = { slots: 1, drive: inputs.drive(1) }
  const into = new Float64Array(bench.sheet.sense.width)
  const calls: [what: string, call: (opts?: CallOptions) => Promise<unknown>][] = [
    ['store', (opts) => device.store(theta, opts)],
    ['measure', (opts) => device.measure(block, into, opts)],
    ['launch', (opts) => echoOf(device).launch(passage(bench), opts)],
  ]
  if (local) calls.push(['local.read', (opts) => local.read(block, into, theta.slice(), opts)])
  if (taps) {
    const inner = new Float64Array(taps.layers.reduce((sum, { width }) => sum + width, 0))
    calls.push(['taps.read', (opts) => taps.read(block, into, inner, opts)])
  }
  if (adjoint) calls.push(['adjoint.hold', (opts) => adjoint.hold(block, into, opts)])
  if (echo?.learning) calls.push(['learning.read', async (opts) => echo.learning?.read(theta.slice(), opts)])
  if (state) {
    calls.push(['snapshot', (opts) => state.snapshot(opts)])
    if (snapshot) calls.push(['restore', (opts) => state.restore(snapshot, theta.slice(), opts)])
  }
  const [family] = codes?.families ?? []
  if (codes && family) {
    const code = { kind: 'code', family, seed: 1, first: 0, amplitudes: inputs.amplitudes(), hold: 1 } as const
    const apply = (opts?: CallOptions) =>
      codes.apply({ ...code, pairing: 'single' }, new Float64Array(1), theta.slice(), opts)
    calls.push(['codes.apply', apply])
  }
  return calls
}
