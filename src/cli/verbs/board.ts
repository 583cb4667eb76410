import type { Command } from 'commander'
import { InsituError } from '../../errors.ts'
import { readNumber } from '../numbers.ts'
import { perform } from '../output.ts'

interface Flags {
  readonly target: string
  readonly image?: string
  readonly link?: string
  readonly eeprom?: string
  readonly baud?: string
  readonly json?: boolean
}

export function addBoard(program: Command): void {
  program
    .command('board')
    .summary('start an emulated board and print its port')
    .description(
      'Starts the firmware on an emulated ATmega328P behind a pseudo-terminal, paced like the real one, until Ctrl-C.',
    )
    .option('--target <kind>', 'avr (emulated), host (the core built for this computer) or simavr', 'avr')
    .option('--image <file>', 'another Intel hex file for the emulated chip')
    .option('--link <path>', 'a stable name for the port, made as a symbolic link')
    .option('--eeprom <file>', 'keeps the EEPROM, and so the boot counter, from start to start')
    .option('--baud <n>', 'target host: line speed to imitate; without it, as fast as it goes')
    .option('--json', 'print {"path":...,"pid":...} on one line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ insitu board --link /tmp/chip0
  $ insitu train --device serial:/tmp/chip0        in another terminal
  $ insitu board --target host --baud 1000000`,
    )
    .action((flags: Flags) =>
      perform(flags, async (console) => {
        const { runBoard } = await import('../board.ts')
        return runBoard(boardOptions(flags), console)
      }),
    )
}

/** Checks that the options belong to the target. */
function boardOptions({ target, image, link, eeprom, baud }: Flags) {
  const common = { ...(link !== undefined && { link }) }
  const firmware = { ...common, ...(image !== undefined && { image }), ...(eeprom !== undefined && { eeprom }) }
  if (target === 'host') {
    refuse(target, { image, eeprom })
    const pace = baud === undefined ? {} : { baud: readNumber('--baud', baud, { min: 50, whole: true }) }
    return { target, ...common, ...pace } as const
  }
  refuse(target, { baud })
  if (target === 'avr' || target === 'simavr') return { target, ...firmware } as const
  throw new InsituError('CONFIG', `--target must be avr, host or simavr, got "${target}"`)
}

function refuse(target: string, flags: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined) throw new InsituError('CONFIG', `--${name} does not go with --target ${target}`)
  }
}
