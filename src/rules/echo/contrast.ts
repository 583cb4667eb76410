import type { CallOptions, Receipt } from '../../contract/backend.ts'
import type { Device } from '../../contract/device.ts'
import type { Echo } from '../../contract/echo.ts'
import { InsituError } from '../../errors.ts'
import { checkEps, contrastEps } from './eps.ts'
import { isLost } from './lost-injections.ts'
import { readAction, withInjectionHint } from './refusals.ts'

/** Turns the readings of a passage, frames x sense width, into d cost / d reading of the same shape. */
export type SlopesOf = (output: Float64Array) => Float64Array | Promise<Float64Array>

/** What one passage and its echoes found out. */
export interface PassageGradient {
  /** Frames x sense width: the readings, and d cost / d reading there. */
  readonly output: Float64Array
  readonly slopes: Float64Array
  /** d cost / d theta. */
  readonly theta: Float64Array
  /** Frames x drive width: d cost / d drive. */
  readonly drive: Float64Array
  /** The injections are below half a step of the injector: nothing was injected, and the gradient is none. */
  readonly lost: boolean
  readonly receipts: readonly Receipt[]
}

export interface ContrastOptions {
  /** Strength of the injections, in units of injection x reading / cost; default `contrastEps` of the machine. */
  readonly eps?: number
}

/**
 * The gradient of a cost by a wave's parameters and by its drive, from two echoes (recurrent Hamiltonian echo learning,
 * Pourcel and Ernoult 2025): with A the actions of the echoes with the injections +-(-eps d cost / d reading),
 * d cost / d theta = -(A_plus - A_minus) / (2 eps), and with `conjugate` in place of A d cost / d drive.
 *
 * Three passes where the machine echoes both ways from one moment, four elsewhere: the wave is sent twice, and both
 * injections are made of its first readings. No trajectory is stored. Machines are chained by it: `slopes` of one is
 * `drive` of the next,
 * `echoGradient(first, u, async (y) => (await echoGradient(second, y, slopes)).drive)`.
 *
 * Throws `CAPABILITY` if the local readings are no actions; `LIMIT` if an injection is more than the machine takes.
 */
export async function echoGradient(
  device: Device<'echo' | 'local'>,
  drive: Float64Array,
  slopesOf: SlopesOf,
  options: ContrastOptions = {},
  opts: CallOptions = {},
): Promise<PassageGradient> {
  readAction('echoGradient', device)
  const eps = checkEps('echoGradient', options.eps ?? contrastEps(device.local.sense, device.echo.injection))
  const first = await push(device, drive, slopesOf, eps, opts)
  const { output, slopes, injection, plus } = first
  const back = first.minus ?? (await pull(device, drive, injection, opts))
  return {
    output,
    slopes,
    theta: contrast(action(device, plus), action(device, back.echo), 2 * eps),
    drive: contrast(plus.conjugate, back.echo.conjugate, 2 * eps),
    lost: isLost(injection, device.echo.injection),
    receipts: [...first.receipts, ...back.receipts],
  }
}

/**
 * The same from one echo against the way out, in two passes: off by the order of eps and of what the echo misses its
 * start by, and without the gradient by the drive, which nothing reads on the way out.
 */
export async function oneSidedGradient(
  device: Device<'echo' | 'local'>,
  drive: Float64Array,
  slopesOf: SlopesOf,
  eps: number,
  opts: CallOptions,
): Promise<Omit<PassageGradient, 'drive'>> {
  await using flight = await device.echo.launch(drive, opts)
  const { output } = flight
  const slopes = await slopesOf(output)
  const injection = injectionOf(slopes, eps)
  const echo = await withInjectionHint('eps', flight.echo(injection, opts))
  const theta = contrast(action(device, echo), action(device, flight), eps)
  const lost = isLost(injection, device.echo.injection)
  return { output, slopes, theta, lost, receipts: [flight.receipt, echo.receipt] }
}

/** Out and back with the injection, and from the same moment with its opposite if the machine can. */
async function push(device: Device<'echo'>, drive: Float64Array, slopesOf: SlopesOf, eps: number, opts: CallOptions) {
  await using flight = await device.echo.launch(drive, opts)
  const { output } = flight
  const slopes = await slopesOf(output)
  const injection = injectionOf(slopes, eps)
  if (flight.both === undefined) {
    const plus = await withInjectionHint('eps', flight.echo(injection, opts))
    return { output, slopes, injection, plus, minus: undefined, receipts: [flight.receipt, plus.receipt] }
  }
  const [plus, echo] = await withInjectionHint('eps', flight.both(injection, opts))
  const minus = { echo, receipts: [echo.receipt] }
  return { output, slopes, injection, plus, minus, receipts: [flight.receipt, plus.receipt] }
}

/** Out once more and back with the opposite injection. */
async function pull(device: Device<'echo'>, drive: Float64Array, injection: Float64Array, opts: CallOptions) {
  await using flight = await device.echo.launch(drive, opts)
  const opposite = injection.map((e) => -e)
  const echo = await withInjectionHint('eps', flight.echo(opposite, opts))
  return { echo, receipts: [flight.receipt, echo.receipt] }
}

function injectionOf(slopes: Float64Array, eps: number): Float64Array {
  return slopes.map((slope) => -eps * slope)
}

function action(device: Device, { local }: Pick<Echo, 'local'>): Float64Array {
  if (local === undefined)
    throw new InsituError('INTERNAL', `${device.name} reads local quantities, but its flight gave none`)
  return local
}

/** -(a - b) / span. */
function contrast(a: Float64Array, b: Float64Array, span: number): Float64Array {
  return a.map((value, i) => (b[i] - value) / span)
}
