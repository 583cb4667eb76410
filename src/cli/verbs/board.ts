import type { Command } from 'commander'
import type { BoardOptions } from '../../../sim/bench/index.ts'
import { InsituError } from '../../errors.ts'
import { LATTICE_PRESET, LATTICE_PRESET_NAMES, presetWords } from '../machines/presets.ts'
import { readNumber, readSeed } from '../numbers.ts'
import { perform } from '../output.ts'

interface Flags {
  readonly target: string
  readonly image?: string
  readonly link?: string
  readonly eeprom?: string
  readonly baud?: string
  readonly preset?: string
  readonly seed?: string
  readonly json?: boolean
}

export function addBoard(program: Command): void {
  program
    .command('board')
    .summary('start an emulated board and print its port')
    .description(
      'Starts the firmware on an emulated ATmega328P behind a pseudo-terminal, paced like the real one, or a lattice of springs with its controller, until Ctrl-C.',
    )
    .option('--target <kind>', 'avr (emulated), host (the core built for this computer), simavr or lattice', 'avr')
    .option('--image <file>', 'another Intel hex file for the emulated chip')
    .option('--link <path>', 'a stable name for the port, made as a symbolic link')
    .option('--eeprom <file>', 'keeps the EEPROM, and so the boot counter, from start to start')
    .option('--baud <n>', 'targets host and lattice: line speed to imitate; without it, as fast as it goes')
    .option('--preset <name>', `target lattice: ${presetWords(LATTICE_PRESET_NAMES)}`)
    .option('--seed <n>', 'target lattice: which one, its noise and bonds; default 1')
    .option('--json', 'print {"path":...,"pid":...} on one line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ insitu board --link /tmp/chip0
  $ insitu train --device serial:/tmp/chip0        in another terminal
  $ insitu board --target host --baud 1000000
  $ insitu board --target lattice --link /tmp/lattice0
      The paper's lattice, wired for the iris task.`,
    )
    .action((flags: Flags) =>
      perform(flags, async (console) => {
        const { runBoard } = await import('../board.ts')
        return runBoard(await boardOptions(flags), console)
      }),
    )
}

/** Checks that the options belong to the target. */
async function boardOptions({ target, image, link, eeprom, baud, preset, seed }: Flags): Promise<BoardOptions> {
  const common = { ...(link !== undefined && { link }) }
  const firmware = { ...common, ...(image !== undefined && { image }), ...(eeprom !== undefined && { eeprom }) }
  if (target === 'lattice') {
    refuse(target, { image, eeprom })
    const { latticeBoard, latticePreset } = await import('../../../sim/index.ts')
    const { IRIS_PORTS } = await import('../tasks/iris-lattice.ts')
    const chosen = preset ?? LATTICE_PRESET
    latticePreset(chosen)
    const number = seed === undefined ? 1 : readSeed(seed)
    return { ...latticeBoard({ ...IRIS_PORTS, preset: chosen, seed: number }), ...common, ...pace(baud) }
  }
  refuse(target, { preset, seed })
  if (target === 'host') {
    refuse(target, { image, eeprom })
    return { target, ...common, ...pace(baud) }
  }
  refuse(target, { baud })
  if (target === 'avr' || target === 'simavr') return { target, ...firmware }
  throw new InsituError('CONFIG', `--target must be avr, host, simavr or lattice, got "${target}"`)
}

function pace(baud: string | undefined) {
  return baud === undefined ? {} : { baud: readNumber('--baud', baud, { min: 50, whole: true }) }
}

function refuse(target: string, flags: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined) throw new InsituError('CONFIG', `--${name} does not go with --target ${target}`)
  }
}
