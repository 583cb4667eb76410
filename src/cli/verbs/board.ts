import type { Command } from 'commander'
import type { BoardOptions } from '../../../sim/bench/index.ts'
import { InsituError } from '../../errors.ts'
import {
  CORE_PRESET,
  CORE_PRESET_NAMES,
  LATTICE_PRESET,
  LATTICE_PRESET_NAMES,
  presetWords,
  THZ_PRESET,
  THZ_PRESET_NAMES,
  WAVE_PRESET,
  WAVE_PRESET_NAMES,
} from '../machines/presets.ts'
import type { BoardMachine } from '../machines/spec.ts'
import { readNumber, readSeed } from '../numbers.ts'
import { perform } from '../output.ts'

interface Flags {
  readonly target: string
  readonly image?: string
  readonly link?: string
  readonly eeprom?: string
  readonly baud?: string
  readonly preset?: string
  readonly task?: string
  readonly seed?: string
  readonly json?: boolean
}

export function addBoard(program: Command): void {
  program
    .command('board')
    .summary('start an emulated board and print its port')
    .description(
      'Starts the firmware on an emulated ATmega328P behind a pseudo-terminal, paced like the real one, or a lattice of springs, a field of waves, cores of spiking neurons or a THz encoder with its controller, until Ctrl-C.',
    )
    .option(
      '--target <kind>',
      'avr (emulated), host (the core built for this computer), simavr, lattice, wave-field, neuromorphic-core or thz-encoder',
      'avr',
    )
    .option('--image <file>', 'another Intel hex file for the emulated chip')
    .option('--link <path>', 'a stable name for the port, made as a symbolic link')
    .option('--eeprom <file>', 'keeps the EEPROM, and so the boot counter, from start to start')
    .option('--baud <n>', 'all targets but avr and simavr: line speed to imitate; without it, as fast as it goes')
    .option(
      '--preset <name>',
      `target lattice: ${presetWords(LATTICE_PRESET_NAMES)}; target wave-field: ${presetWords(WAVE_PRESET_NAMES)}; target neuromorphic-core: ${presetWords(CORE_PRESET_NAMES)}; target thz-encoder: ${presetWords(THZ_PRESET_NAMES)}`,
    )
    .option(
      '--task <name>',
      'the simulated targets: which task it is set up for; default iris, for neuromorphic-core and thz-encoder digits',
    )
    .option('--seed <n>', 'the same targets: which one, its noise and what is off; default 1')
    .option('--json', 'print {"path":...,"pid":...} on one line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ insitu board --link /tmp/chip0
  $ insitu train --device serial:/tmp/chip0        in another terminal
  $ insitu board --target host --baud 1000000
  $ insitu board --target lattice --link /tmp/lattice0
      The paper's lattice, wired for the iris task.
  $ insitu board --target wave-field --task xor --link /tmp/wave0
      The published cavity array; train it with --task xor.
  $ insitu board --target neuromorphic-core --link /tmp/cores0
      Cores for the digits task, driven by spikes.`,
    )
    .action((flags: Flags) =>
      perform(flags, async (console) => {
        const { runBoard } = await import('../board.ts')
        return runBoard(await boardOptions(flags), console)
      }),
    )
}

/** What a simulated board is if nothing is said. */
const USUAL = {
  lattice: { preset: LATTICE_PRESET, task: 'iris' },
  'wave-field': { preset: WAVE_PRESET, task: 'iris' },
  'neuromorphic-core': { preset: CORE_PRESET, task: 'digits' },
  'thz-encoder': { preset: THZ_PRESET, task: 'digits' },
} as const satisfies Record<BoardMachine, { readonly preset: string; readonly task: string }>

function isBoardMachine(target: string): target is BoardMachine {
  return Object.hasOwn(USUAL, target)
}

/** Checks that the options belong to the target. */
async function boardOptions({ target, image, link, eeprom, baud, preset, task, seed }: Flags): Promise<BoardOptions> {
  const common = { ...(link !== undefined && { link }) }
  const firmware = { ...common, ...(image !== undefined && { image }), ...(eeprom !== undefined && { eeprom }) }
  if (isBoardMachine(target)) {
    refuse(target, { image, eeprom })
    const { boardOf } = await import('../machines/simulated.ts')
    const { setupOf } = await import('../machines/setup.ts')
    const { findTask } = await import('../tasks/index.ts')
    const chosen = preset ?? USUAL[target].preset
    const setup = setupOf(findTask(task ?? USUAL[target].task), seed === undefined ? 1 : readSeed(seed))
    const board = await boardOf({ kind: 'simulator-board', machine: target, preset: chosen }, setup)
    return { ...board, ...common, ...pace(baud) }
  }
  refuse(target, { preset, task, seed })
  if (target === 'host') {
    refuse(target, { image, eeprom })
    return { target, ...common, ...pace(baud) }
  }
  refuse(target, { baud })
  if (target === 'avr' || target === 'simavr') return { target, ...firmware }
  throw new InsituError(
    'CONFIG',
    `--target must be avr, host, simavr, lattice, wave-field, neuromorphic-core or thz-encoder, got "${target}"`,
  )
}

function pace(baud: string | undefined) {
  return baud === undefined ? {} : { baud: readNumber('--baud', baud, { min: 50, whole: true }) }
}

function refuse(target: string, flags: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined) throw new InsituError('CONFIG', `--${name} does not go with --target ${target}`)
  }
}
