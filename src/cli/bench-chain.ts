import { systemClock } from './clock.ts'
import type { Console } from './console.ts'
import { chainDesign, joined, randomPatterns, startOf } from './experiments/chain/machines.ts'
import { digitScenes } from './experiments/chain/scenes.ts'
import { CHAIN_SETTINGS } from './experiments/chain/settings.ts'
import { wiredHalves } from './experiments/chain/wired.ts'
import { defaultsOf } from './experiments/settings.ts'

export interface BenchChainOptions {
  /** Slots of a piece, one line each. */
  readonly pieces: readonly number[]
  /** Digits of a block. */
  readonly slots: number
  /** Time of a slot on each machine, s. */
  readonly slotSeconds: number
  /** Blocks per line. */
  readonly blocks: number
}

/** One line of the table. */
export interface ChainPoint {
  /** Slots of a piece; null in lock-step. */
  readonly piece: number | null
  readonly slotsPerSecond: number
  /** Over lock-step. */
  readonly ratio: number
}

/** Measures what pipelining is worth: an encoder and a chip that take equal time, each a board behind its own pseudo-terminal. */
export async function benchChain(options: BenchChainOptions, console: Console): Promise<readonly ChainPoint[]> {
  const { pieces, slots, slotSeconds, blocks } = options
  const settings = defaultsOf(CHAIN_SETTINGS)
  const { train } = digitScenes(1)
  const design = await chainDesign(settings, train)
  await using halves = await wiredHalves(design, settings, 1, { slotSeconds })
  console.say(`an encoder on ${halves.ports[0]}, a chip on ${halves.ports[1]}; ${slotSeconds * 1e3} ms a slot on each`)
  console.say('      piece     slots/s   of lock-step')
  const theta = startOf(design, randomPatterns(settings.patterns, 1), 1)
  const drive = { kind: 'track', data: train.drive.slice(0, slots * design.encoder.pixels ** 2), hold: 1 } as const
  const into = new Float64Array(slots * 10)
  const points: ChainPoint[] = []
  for (const piece of [null, ...pieces]) {
    const device = joined(halves, piece === null ? {} : { piece })
    await device.store(theta)
    await device.measure({ slots, drive }, into)
    const start = systemClock.monotonic()
    for (let n = 0; n < blocks; n++) await device.measure({ slots, drive }, into)
    const slotsPerSecond = (blocks * slots) / (systemClock.monotonic() - start)
    const ratio = slotsPerSecond / (points[0]?.slotsPerSecond ?? slotsPerSecond)
    points.push({ piece, slotsPerSecond, ratio })
    const name = piece === null ? 'lock-step' : String(piece)
    console.say(`${name.padStart(11)}  ${slotsPerSecond.toFixed(0).padStart(10)}  ${ratio.toFixed(2).padStart(13)}`)
  }
  return points
}
