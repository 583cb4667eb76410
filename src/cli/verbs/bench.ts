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

export function addBench(program: Command): void {
  program
    .command('bench')
    .summary('measure how fast things go')
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

function listOf(name: string, text: string, min: number): readonly number[] {
  return text.split(',').map((part) => readNumber(name, part, { min, whole: true }))
}

function sizes(text: string): readonly number[] {
  const found = readLayers(text)
  if (found === undefined) throw new InsituError('CONFIG', `--layers must be sizes like 4-4-3, got "${text}"`)
  return found
}
