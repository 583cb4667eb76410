import { chipSetup, openChannel, openWire, parseUri } from '../../drivers/index.ts'
import { type Board, startBoard } from '../../sim/bench/index.ts'
import { attach, type CheckedDevice } from '../contract/device.ts'
import { InsituError } from '../errors.ts'
import { systemClock } from './clock.ts'
import type { Console } from './console.ts'
import { counted, type Traffic } from './counted-channel.ts'
import { quantile } from './experiments/statistics.ts'
import { parseMachine } from './machines/spec.ts'

export interface BenchLinkOptions {
  readonly device: string
  /** Line speeds to try; only a board on this computer can imitate one. */
  readonly bauds: readonly number[]
  /** Slots per call of `measure`. */
  readonly bursts: readonly number[]
  /** Seconds per point. */
  readonly seconds: number
  readonly layers: readonly number[]
}

/** One line of the table. */
export interface LinkPoint {
  /** Baud, or null where the line has no speed. */
  readonly baud: number | null
  readonly burst: number
  readonly readsPerSecond: number
  /** Reads per second at which the busier direction of the wire would be full. */
  readonly wireLimit: number | null
  /** Milliseconds from call to answer, median and 99th percentile. */
  readonly medianMs: number
  readonly p99Ms: number
}

/** Measures round trips and reads per second over a link, by baud and by burst length. */
export async function benchLink(options: BenchLinkOptions, console: Console): Promise<readonly LinkPoint[]> {
  const points: LinkPoint[] = []
  console.say('    baud   burst     reads/s   of the wire   median ms      p99 ms')
  for (const baud of options.bauds.length > 0 ? options.bauds : [null]) {
    await using bench = await openBench(options, baud)
    for (const burst of options.bursts) {
      const point = { baud: bench.baud, burst, ...(await measurePoint(bench, burst, options.seconds)) }
      points.push(point)
      console.say(row(point))
    }
  }
  return points
}

interface Bench extends AsyncDisposable {
  readonly device: CheckedDevice
  readonly traffic: Traffic
  readonly baud: number | null
}

async function openBench({ device: name, layers }: BenchLinkOptions, baud: number | null): Promise<Bench> {
  const spec = parseMachine(name)
  if (spec.kind === 'simulator-board')
    throw new InsituError('CONFIG', `${name} cannot be measured: bench link drives chips`, {
      hint: 'for example: insitu bench link --device board',
    })
  if (spec.kind === 'simulator' || spec.kind === 'twin') {
    throw new InsituError('CONFIG', `${name} has no link to measure`, {
      hint: 'for example: insitu bench link --device board',
    })
  }
  if (baud !== null && !(spec.kind === 'board' && spec.target === 'host')) {
    throw new InsituError('CONFIG', `--baud needs --device board:host; the line speed of ${name} is its own`)
  }
  let board: Board | undefined
  if (spec.kind === 'board') board = await startBoard({ target: spec.target, ...(baud !== null && { baud }) } as const)
  try {
    const target = parseUri(spec.kind === 'board' ? `serial:${board?.path}` : spec.uri)
    const { channel, traffic } = counted(await openChannel(target))
    const kind = spec.kind === 'board' ? 'emulated firmware' : 'hardware'
    const device = attach(await openWire(channel, { kind, configure: chipSetup({ layers, activation: 'sigmoid' }) }))
    // The host build takes bytes as fast as they come unless a speed is imitated; a pseudo-terminal ignores its own.
    const paced = spec.kind !== 'board' || spec.target === 'avr'
    return {
      device,
      traffic,
      baud: baud ?? (paced && channel.bytesPerSecond !== undefined ? 10 * channel.bytesPerSecond : null),
      async [Symbol.asyncDispose]() {
        await device[Symbol.asyncDispose]()
        await board?.stop()
      },
    }
  } catch (error) {
    await board?.stop()
    throw error
  }
}

async function measurePoint({ device, traffic, baud }: Bench, burst: number, seconds: number) {
  const { sheet } = device
  const into = new Float64Array(burst * sheet.sense.width)
  const drive = { kind: 'track', data: new Float64Array(sheet.drive.width).fill(0.5), hold: burst } as const
  const amplitudes = sheet.banks.map(() => 0.05)
  const shared = { kind: 'code', family: 'random', seed: 1, amplitudes, hold: 1, pairing: 'single' } as const
  const call = (first: number) => device.measure({ slots: burst, drive, delta: { ...shared, first } }, into)
  await call(0)
  const began = systemClock.monotonic()
  const before = { ...traffic }
  const times: number[] = []
  let now = began
  for (let n = 1; now - began < seconds || times.length < 3; n++) {
    await call(n * burst)
    const after = systemClock.monotonic()
    times.push(1000 * (after - now))
    now = after
  }
  const reads = times.length * burst
  const busier = Math.max(traffic.in - before.in, traffic.out - before.out) / reads
  times.sort((a, b) => a - b)
  return {
    readsPerSecond: reads / (now - began),
    wireLimit: baud === null ? null : baud / 10 / busier,
    medianMs: quantile(times, 0.5) as number,
    p99Ms: quantile(times, 0.99) as number,
  }
}

function row({ baud, burst, readsPerSecond, wireLimit, medianMs, p99Ms }: LinkPoint): string {
  const share = wireLimit === null ? '-' : `${Math.round((100 * readsPerSecond) / wireLimit)} %`
  return [
    String(baud ?? 'none').padStart(8),
    String(burst).padStart(8),
    Math.round(readsPerSecond).toLocaleString('en').padStart(12),
    share.padStart(14),
    medianMs.toFixed(2).padStart(12),
    p99Ms.toFixed(2).padStart(12),
  ].join('')
}
