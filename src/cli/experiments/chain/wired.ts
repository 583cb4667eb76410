import { openChannel, openWire, parseUri } from '../../../../drivers/index.ts'
import { type Board, type BoardOptions, startBoard } from '../../../../sim/bench/index.ts'
import { chipBoard, thzEncoderBoard } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { endBoard } from '../../machines/end-board.ts'
import { type ChainDesign, type Halves, imperfectionsOf } from './machines.ts'
import type { ChainSettings } from './settings.ts'

/** Both machines as boards of their own, each behind a pseudo-terminal. */
export interface WiredHalves extends Halves, AsyncDisposable {
  /** Where they are, encoder first. */
  readonly ports: readonly string[]
  /** Ends both boards at once: the last act before the process exits. */
  kill(): void
}

/** Times of a slot that boards are to take in earnest, s. */
export interface RealTime {
  readonly slotSeconds: number
}

/**
 * Starts an encoder board and a board of the chip, and opens both like any other by their paths. The chip is the simulated one: 8-16-10
 * has 314 parameters, and an ATmega328P holds 220.
 */
export async function wiredHalves(
  { encoder, chip, sigma }: ChainDesign,
  { mismatch, chipNoise }: Pick<ChainSettings, 'mismatch' | 'chipNoise'>,
  seed: number,
  time?: RealTime,
): Promise<WiredHalves> {
  const frameSeconds = time && { frameSeconds: time.slotSeconds / (2 * encoder.patterns) }
  const stated = time && ({ time: 'stated' } as const)
  const imperfections = imperfectionsOf(mismatch, chipNoise)
  const targets: readonly BoardOptions[] = [
    {
      ...thzEncoderBoard({ ...encoder, ...frameSeconds, seed, format: 'i16', detector: { noise: sigma / Math.SQRT2 } }),
      ...stated,
    },
    chipBoard({ ...chip, seed, imperfections, ...(time && { slotSeconds: time.slotSeconds }), ...stated }),
  ]
  const boards: Board[] = []
  const devices: Device<'state'>[] = []
  const close = async () => {
    await Promise.allSettled(devices.map((device) => device[Symbol.asyncDispose]()))
    await Promise.all(boards.map((board) => board.stop()))
  }
  try {
    for (const target of targets) {
      const board = await startBoard(target)
      boards.push(board)
      const channel = await openChannel(parseUri(`serial:${board.path}`))
      devices.push(attach(await openWire(channel, { kind: 'emulated firmware' })) as Device<'state'>)
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    ...{ encoder: devices[0], chip: devices[1], ports: boards.map(({ path }) => path) },
    kill() {
      for (const { pid } of boards) endBoard(pid)
    },
    [Symbol.asyncDispose]: close,
  }
}
