import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../../src/errors.ts'
import { runAvrBoard } from './avr-board.ts'
import { atmega328p } from './avr-chip.ts'
import { createEeprom } from './avr-eeprom.ts'
import { parseHex } from './avr-hex.ts'
import { signatureRow } from './avr-signature.ts'
import type { AvrTarget, BoardOptions, RunningBoard } from './board-kinds.ts'
import { packageRoot } from './process.ts'
import type { Pty } from './pty.ts'

/** Puts the wanted kind of board behind a pseudo-terminal. */
export async function runBoard(options: BoardOptions, port: Pty): Promise<RunningBoard> {
  switch (options.target) {
    case undefined:
    case 'avr':
      return runAvr(options, port)
    default:
      throw new InsituError('CONFIG', `board: unknown target "${(options as { target: string }).target}"`, {
        hint: 'targets: avr, host, simavr, simulator',
      })
  }
}

/** Path of an image: "firmware" is the one in this package. */
export function imagePath(image = 'firmware'): string {
  if (image !== 'firmware') return image
  return join(packageRoot(import.meta.url), 'fixtures/firmware/insitu-chip-atmega328p.hex')
}

function runAvr(options: AvrTarget, port: Pty): RunningBoard {
  const speed = options.speed ?? 1
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new InsituError('CONFIG', `board: speed must be positive and finite, got ${speed}`)
  const path = imagePath(options.image)
  const flash = parseHex(readImage(path), atmega328p.flash, path)
  const signature = signatureRow(options.serial ?? options.link ?? 'insitu')
  return runAvrBoard({ flash, eeprom: createEeprom(atmega328p.eeprom, options.eeprom), signature, port, speed })
}

function readImage(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (cause) {
    throw new InsituError('CONFIG', `board: image ${path} cannot be read: ${String(cause)}`, { cause })
  }
}
