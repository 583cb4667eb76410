import { InsituError } from '../../src/errors.ts'
import { runAvrBoard } from './avr-board.ts'
import { atmega328p } from './avr-chip.ts'
import { createEeprom } from './avr-eeprom.ts'
import { signatureRow } from './avr-signature.ts'
import { runHostBoard } from './board-host.ts'
import { flashOf, imagePath } from './board-image.ts'
import type { AvrTarget, BoardOptions, RunningBoard } from './board-kinds.ts'
import { runSimavrBoard } from './board-simavr.ts'
import { runSimulator } from './board-simulator.ts'
import type { Pty } from './pty.ts'

/** Puts the wanted kind of board behind a pseudo-terminal; `ended` is called if it ends by itself. */
export async function runBoard(
  options: BoardOptions,
  port: Pty,
  ended: (reason: Error) => void,
): Promise<RunningBoard> {
  if ('baud' in options && !(Number(options.baud) >= 1))
    throw new InsituError('CONFIG', `board: baud must be positive, got ${options.baud}`)
  switch (options.target) {
    case undefined:
    case 'avr':
      return runAvr(options, port)
    case 'host':
      return runHostBoard(options, port, ended)
    case 'simavr':
      return runSimavrBoard(options, port, ended)
    case 'simulator':
      return runSimulator(options, port)
    default:
      throw new InsituError('CONFIG', `board: unknown target "${(options as { target: string }).target}"`, {
        hint: 'targets: avr, host, simavr, simulator',
      })
  }
}

function runAvr(options: AvrTarget, port: Pty): RunningBoard {
  const speed = options.speed ?? 1
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new InsituError('CONFIG', `board: speed must be positive and finite, got ${speed}`)
  const flash = flashOf(imagePath(options.image))
  const signature = signatureRow(options.serial ?? options.link ?? 'insitu')
  return runAvrBoard({ flash, eeprom: createEeprom(atmega328p.eeprom, options.eeprom), signature, port, speed })
}
