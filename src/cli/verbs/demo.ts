import type { Command } from 'commander'
import { InsituError } from '../../errors.ts'
import { EXIT } from '../failure.ts'
import { readNumber, readSeed } from '../numbers.ts'
import { perform } from '../output.ts'

interface Flags {
  readonly patterns: string
  readonly rule: string
  readonly wire?: boolean
  readonly epochs?: string
  readonly seed: string
  readonly json?: boolean
}

const RULES = ['chip-in-the-loop', 'mgd'] as const

export function addDemo(program: Command): void {
  program
    .command('demo')
    .summary('see something that machines learn, from beginning to end')
    .command('chain')
    .summary('tell digits without ever forming an image')
    .description(
      'Joins a THz encoder (patterns of light on silicon, one detector) and an analog chip to one machine and trains both at once: which patterns to show, and what to make of the readings.',
    )
    .option('--patterns <n>', 'patterns shown to a digit, which are the readings of it: 4 to 8', '8')
    .option('--rule <name>', 'how both learn: chip-in-the-loop or mgd', RULES[0])
    .option('--wire', 'both machines behind pseudo-terminals of their own, working at the same time')
    .option('--epochs <n>', 'passes over the training digits; otherwise as many as a minute holds')
    .option('--seed <n>', 'seed of machines, start, split and order', '1')
    .option('--json', 'progress to stderr; the last line of stdout is one JSON object')
    .addHelpText('after', HELP)
    .action((flags: Flags) =>
      perform(flags, async (console) => {
        const demo = {
          patterns: readNumber('--patterns', flags.patterns, { min: 4, max: 8, whole: true }),
          rule: ruleOf(flags.rule),
          wire: flags.wire === true,
          epochs:
            flags.epochs === undefined ? undefined : readNumber('--epochs', flags.epochs, { min: 1, whole: true }),
          seed: readSeed(flags.seed),
        }
        const { demoChain } = await import('../demo/chain.ts')
        const result = await demoChain(demo, console)
        if (result.stopped) process.exitCode = EXIT.interrupted
        return result
      }),
    )
}

function ruleOf(name: string): (typeof RULES)[number] {
  const found = RULES.find((rule) => rule === name)
  if (found !== undefined) return found
  throw new InsituError('CONFIG', `--rule must be ${RULES.join(' or ')}, got ${name}; nothing was opened`)
}

const HELP = `
What happens:
  A digit of 8x8 pixels stands in a THz wave. The wave runs on through half a millimetre of silicon, on whose far side
  light draws a pattern, and one detector reads what is left. Pattern after pattern gives as many readings, which drive
  a chip with 16 hidden neurons, off its design by 20 %. Its largest output is the answer. Nobody forms an image.
  First the patterns are the usual ones (Hadamard, cake-cutting order) and the chip alone learns. Then both learn.

Rules:
  chip-in-the-loop       readings from the two machines, slopes from a model of each, handed across the link
  mgd                    all parameters of both are shaken at once; needs no model, and many more readings

Examples:
  $ insitu demo chain
  $ insitu demo chain --patterns 4
      Half as many readings: fixed patterns fall far behind.
  $ insitu demo chain --wire
      The same over two serial lines. Pull one (kill its process): both pause, and the other goes to its safe values.
  $ insitu demo chain --json | tail -n 1

Ctrl-C once stops after this step and shows what was learnt, twice aborts now; both leave the machines at their safe values.
Exit codes: 0 done, 1 failed, 2 the command cannot be carried out as given, 130 interrupted.`
