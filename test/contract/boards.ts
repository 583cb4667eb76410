import { afterAll, describe, it } from 'vitest'
import { openDevice } from '../../drivers/index.ts'
import type { Board, BoardOptions } from '../../sim/bench/index.ts'
import type { InsituError } from '../../src/errors.ts'
import { contract, type LawOptions } from '../../src/testing/index.ts'
import { startBoard } from '../setup/boards.ts'

/** Errors that mean this computer lacks something, not that a board is broken. */
const ABSENT = new Set(['CAPABILITY', 'PTY'])

async function started(name: string, options: BoardOptions): Promise<Board | undefined> {
  try {
    return await startBoard(options)
  } catch (error) {
    const { code, message } = error as InsituError
    if (!ABSENT.has(code)) throw error
    console.warn(`SKIPPED: the laws on ${name}: ${message}`)
    return undefined
  }
}

/** Runs every law on a chip of these layers behind a real serial port whose other end is a board. */
export async function lawsOnBoard(
  name: string,
  layers: readonly number[],
  options: BoardOptions,
  laws: LawOptions = {},
): Promise<void> {
  const board = await started(name, options)
  describe.skipIf(board === undefined)(name, () => {
    // One connection for many laws: a board remembers nothing but its parameters.
    const open = () =>
      openDevice(`serial:${board?.path}?baud=115200`, {
        kind: 'emulated firmware',
        machine: 'mgd-chip',
        chip: { layers: [...layers], activation: 'sigmoid' },
      })
    contract(`laws on the ${name}`, open, { describe, it, afterAll }, { reuse: true, slots: 8, ...laws })
    afterAll(() => board?.stop())
  })
}
