import type { Command } from 'commander'
import { InsituError } from '../../errors.ts'
import { readLayers } from '../experiments/settings.ts'
import { readNumber } from '../numbers.ts'
import { perform } from '../output.ts'

interface Flags {
  readonly device: string
  readonly baud?: string
  readonly bursts: string
  readonly seconds: string
  readonly layers: string
  readonly json?: boolean
}

interface ChainFlags {
  readonly pieces: string
  readonly slots: string
  readonly slotMs: string
  readonly blocks: string
  readonly json?: boolean
}

export function addBench(program: Command): void {
  const bench = program.command('bench').summary('measure how fast things go')
  addChain(bench)
  bench
    .command('link')
    .summary('round trips and reads per second of a link')
    .description(
      'Measures a link: time from call to answer, and reads per second by burst length, against what the wire could carry.',
    )
    .option('--device <device>', 'a board or a port, as train takes them', 'board')
    .option('--baud <list>', 'device board:host: line speeds to imitate, e.g. 115200,1000000')
    .option('--bursts <list>', 'slots per exchange', '1,4,16,64,256')
    .option('--seconds <s>', 'time per line', '1')
    .option('--layers <sizes>', 'network the chip is set up as', '2-2-1')
    .option('--json', 'the last line of stdout is one JSON list')
    .addHelpText(
      'after',
      `
"of the wire" compares with the reads at which the busier direction of the line would be full.

Examples:
  $ insitu bench link
  $ insitu bench link --device board:host --baud 115200,1000000
  $ insitu bench link --device serial:/dev/ttyUSB0 --layers 4-4-3`,
    )
    .action((flags: Flags) =>
      perform(flags, async (console) => {
        const options = {
          device: flags.device,
          bauds: flags.baud === undefined ? [] : listOf('--baud', flags.baud, 50),
          bursts: listOf('--bursts', flags.bursts, 1),
          seconds: readNumber('--seconds', flags.seconds, { min: 0.01 }),
          layers: sizes(flags.layers),
        }
        const { benchLink } = await import('../bench-link.ts')
        return benchLink(options, console)
      }),
    )
}

function addChain(bench: Command): void {
  bench
    .command('chain')
    .summary('what it is worth that two machines in a row work at the same time')
    .description(
      'Measures slots per second through an encoder and a chip in a row, each a board behind its own pseudo-terminal that takes equal time: in lock-step, and piece by piece.',
    )
    .option('--pieces <list>', 'slots of a piece', '16,32,64,128')
    .option('--slots <n>', 'slots of a block', '1024')
    .option('--slot-ms <ms>', 'time of a slot on each machine', '1')
    .option('--blocks <n>', 'blocks per line', '2')
    .option('--json', 'the last line of stdout is one JSON list')
    .addHelpText(
      'after',
      `
Twice as fast as lock-step is the most there can be; what is missing is the first piece, for which the second machine
waits, and the time of the lines.

Example:
  $ insitu bench chain --pieces 16`,
    )
    .action((flags: ChainFlags) =>
      perform(flags, async (console) => {
        const options = {
          pieces: listOf('--pieces', flags.pieces, 1),
          slots: readNumber('--slots', flags.slots, { min: 1, whole: true }),
          slotSeconds: readNumber('--slot-ms', flags.slotMs, { min: 0.01 }) / 1000,
          blocks: readNumber('--blocks', flags.blocks, { min: 1, whole: true }),
        }
        const { benchChain } = await import('../bench-chain.ts')
        return benchChain(options, console)
      }),
    )
}

function listOf(name: string, text: string, min: number): readonly number[] {
  return text.split(',').map((part) => readNumber(name, part, { min, whole: true }))
}

function sizes(text: string): readonly number[] {
  const found = readLayers(text)
  if (found === undefined) throw new InsituError('CONFIG', `--layers must be sizes like 4-4-3, got "${text}"`)
  return found
}
