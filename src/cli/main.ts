#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { InsituError } from '../errors.ts'
import { EXIT, errorLine } from './failure.ts'
import { endWithReader } from './interrupts.ts'
import { version } from './package.ts'
import { addBench } from './verbs/bench.ts'
import { addBoard } from './verbs/board.ts'
import { addDemo } from './verbs/demo.ts'
import { addDevices } from './verbs/devices.ts'
import { addDraw } from './verbs/draw.ts'
import { addReport } from './verbs/report.ts'
import { addReproduce } from './verbs/reproduce.ts'
import { addTrain } from './verbs/train.ts'

/** The command line; verbs load what they need when they are called. */
function program(): Command {
  const program = new Command('insitu')
    .description('Trains physical machines where they stand: perturb, measure, improve.')
    .version(version())
    .showHelpAfterError('(insitu --help, or insitu <command> --help, shows what there is)')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', HELP)
  for (const add of [addTrain, addReproduce, addDevices, addBoard, addBench, addReport, addDraw, addDemo]) add(program)
  return program
}

const HELP = `
Examples:
  $ insitu train                          an emulated board learns iris over its serial port
  $ insitu train --device sim:mgd-chip    the same on a simulator, in seconds
  $ insitu devices                        machines, what they offer, which rules fit
  $ insitu reproduce mgd-xor --short      a published experiment on the simulator
  $ insitu board                          an emulated board of your own, until Ctrl-C
  $ insitu draw paper                     a picture of a lattice of springs
  $ insitu demo chain                     two machines in a row learn to tell digits without an image`

endWithReader([process.stdout, process.stderr])
try {
  await program().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
  // Commander has told people already; a program that asked for JSON gets its line as for any other refusal.
  if (process.exitCode !== EXIT.done && process.argv.includes('--json')) {
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    process.stdout.write(`${errorLine(new InsituError('CONFIG', message))}\n`)
  }
}
