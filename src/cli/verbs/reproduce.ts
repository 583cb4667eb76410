import type { Command } from 'commander'
import { InsituError } from '../../errors.ts'
import { readSeed } from '../numbers.ts'
import { perform } from '../output.ts'
import { collect } from '../words.ts'

interface Flags {
  readonly set?: readonly string[]
  readonly seed: string
  readonly short?: boolean
  readonly all?: boolean
  readonly list?: boolean
  readonly report?: string
  readonly png?: string
  readonly help?: boolean
  readonly json?: boolean
}

export function addReproduce(program: Command): void {
  const command: Command = program
    .command('reproduce')
    .summary('run a published experiment on the simulators')
    .description(
      'Runs a published experiment on the simulators and prints what it measured beside what to compare with.',
    )
    .argument('[experiment]', 'which one; --list shows them')
    .option('--set <key=value>', 'change a setting; may be repeated', collect)
    .option('--seed <n>', 'seed of all runs', '1')
    .option('--short', 'a quick look: fewer runs, fewer steps')
    .option('--all', 'every experiment, one after another')
    .option('--report <file>', 'write a page with the figures and every number')
    .option('--png <folder>', 'write every figure, and every image in it, as a PNG file')
    .option('--list', 'the experiments there are')
    .option('--json', 'the last line of stdout is one JSON object')
    .helpOption(false)
    .option('-h, --help', 'help; with an experiment, its settings')
    .action((name: string | undefined, flags: Flags) => run(command, name, flags))
}

function run(command: Command, name: string | undefined, flags: Flags): Promise<void> {
  return perform(flags, async (console) => {
    const { explain, list, reproduce, reproduceAll } = await import('../reproduce.ts')
    const { EXPERIMENTS, findExperiment } = await import('../experiments/index.ts')
    if (flags.help) {
      process.stdout.write(
        name === undefined ? `${command.helpInformation()}${examples(list())}` : await explain(findExperiment(name)),
      )
      return undefined
    }
    if (flags.list) {
      if (flags.json)
        return EXPERIMENTS.map((one) => ({ experiment: one.name, summary: one.summary, source: one.source }))
      console.say(list())
      return undefined
    }
    const args = {
      words: flags.set ?? [],
      seed: readSeed(flags.seed),
      length: flags.short ? 'short' : 'full',
      ...(flags.report !== undefined && { report: flags.report }),
      ...(flags.png !== undefined && { png: flags.png }),
    } as const
    const single = flags.report !== undefined ? '--report' : flags.png !== undefined ? '--png' : undefined
    if (flags.all && single !== undefined)
      throw new InsituError('CONFIG', `${single} is for one experiment, not for --all; nothing was started`)
    if (flags.all) return reproduceAll(args, console)
    if (name === undefined) {
      const hint = `experiments:\n${list()}`
      throw new InsituError('CONFIG', 'reproduce which experiment? nothing was started', { hint })
    }
    return reproduce(name, args, console)
  })
}

function examples(experiments: string): string {
  return `
Experiments:
${experiments}

Examples:
  $ insitu reproduce mgd-xor --help
      Every setting of an experiment, its default and what it means.
  $ insitu reproduce mgd-xor --short
  $ insitu reproduce mgd-xor --set eta=2 --set seeds=20 --set costNoise=0.01
  $ insitu reproduce lattice-iris --report iris.html
      The figures in one HTML file.
  $ insitu reproduce mgd-angle --seed 7 --json | tail -n 1
`
}
