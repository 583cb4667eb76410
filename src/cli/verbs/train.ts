import { type Command, Option } from 'commander'
import { InsituError } from '../../errors.ts'
import {
  CHIP_PRESET_NAMES,
  CORE_PRESET_NAMES,
  LATTICE_PRESET_NAMES,
  presetWords,
  THZ_PRESET_NAMES,
  WAVE_PRESET_NAMES,
} from '../machines/presets.ts'
import { SPECS } from '../machines/spec.ts'
import { readNumber, readSeed } from '../numbers.ts'
import { perform } from '../output.ts'
import { collect, readWords } from '../words.ts'

interface Flags {
  readonly task: string
  readonly device: string
  readonly rule?: string
  readonly onChip?: boolean
  readonly calibrate?: true | string
  readonly set?: readonly string[]
  readonly seed: string
  readonly reads?: string
  readonly seconds?: string
  readonly runs: string
  readonly json?: boolean
}

export function addTrain(program: Command): void {
  program
    .command('train')
    .summary('train a machine on a real data set')
    .description(
      'Trains a machine where it stands: chips by multiplexed gradient descent, lattices of springs by in situ backpropagation, fields of waves by Hamiltonian echo, spiking cores as probabilities.',
    )
    .option('--task <name>', 'what to learn: iris, xor or digits', 'iris')
    .option('--device <device>', 'which machine, see below', 'board')
    .option(
      '--rule <name>',
      'how it learns: chip-in-the-loop on any with a twin; otherwise the usual rule of the machine',
    )
    .option(
      '--calibrate [how]',
      'chip-in-the-loop: fit the twin to the machine first (fresh), or once and for all runs (kept), and watch it',
    )
    .option('--on-chip', 'the same as --rule mgd-on-chip: the machine runs the learning rule itself')
    .option('--set <key=value>', 'change a simulated machine, in units; may be repeated', collect)
    .option('--seed <n>', 'seed of split, start, order and perturbations', '42')
    .option(
      '--reads <n>',
      "readings to spend on training, about, beside those that test it; otherwise the task's own number",
    )
    .option('--seconds <s>', 'stop training after this many seconds')
    .option('--runs <folder>', 'where the run directory is made', 'runs')
    .addOption(new Option('--json', 'progress to stderr; the last line of stdout is one JSON object'))
    .addHelpText('after', () => HELP)
    .action((flags: Flags) =>
      perform(flags, async (console) => {
        const args = {
          task: flags.task,
          device: flags.device,
          rule: ruleOf(flags),
          calibrate: calibratingOf(flags),
          set: readWords(flags.set),
          seed: readSeed(flags.seed),
          reads: flags.reads === undefined ? undefined : readNumber('--reads', flags.reads, { min: 1, whole: true }),
          seconds:
            flags.seconds === undefined
              ? Number.POSITIVE_INFINITY
              : readNumber('--seconds', flags.seconds, { min: 0.001 }),
          runs: flags.runs,
        }
        const { trainCommand } = await import('../train/train.ts')
        return trainCommand(args, console)
      }),
    )
}

function calibratingOf({ calibrate }: Flags): 'none' | 'kept' | 'fresh' {
  if (calibrate === undefined) return 'none'
  if (calibrate === true || calibrate === 'kept') return 'kept'
  if (calibrate === 'fresh') return 'fresh'
  throw new InsituError('CONFIG', `--calibrate must be kept or fresh, got ${calibrate}; nothing was opened`)
}

function ruleOf({ rule, onChip }: Flags): string | undefined {
  if (onChip !== true) return rule
  if (rule === undefined || rule === 'mgd-on-chip') return 'mgd-on-chip'
  throw new InsituError('CONFIG', `--on-chip and --rule ${rule} are two rules; nothing was opened`, {
    hint: 'give one',
  })
}

const HELP = `
Devices:
${SPECS.map(([form, meaning]) => `  ${form.padEnd(22)} ${meaning}`).join('\n')}

Simulated lattices:
  presets                sim:lattice:<preset> or board:lattice:<preset>, with
                         ${presetWords(LATTICE_PRESET_NAMES)}
  --set                  noise, pixel, play (m), dropout, scatter, creepShare (share), levels, misalignment (rad),
                         creepTime, slotTime (s)

Simulated wave fields (tasks iris and xor):
  presets                sim:wave-field:<preset> or board:wave-field:<preset>, with
                         ${presetWords(WAVE_PRESET_NAMES)}
  --set                  time, dt, mass, decay, loss, learningLoss, disorder, mirrorAmplitude, mirrorPhase (rad),
                         mirrorJitter, timingJitter, injectionLimit, injectionStep, shiftLimit, readNoise, localNoise

Simulated cores (task digits):
  presets                sim:neuromorphic-core:<preset> with
                         ${presetWords(CORE_PRESET_NAMES)}
  --set                  ticks, synapses (held, fresh or bits), member, weightMismatch, thresholdMismatch, stuckOpen,
                         stuckClosed, leakDrift, spikeLoss

Simulated THz encoders (task digits):
  presets                sim:thz-encoder:<preset> or board:thz-encoder:<preset>, with
                         ${presetWords(THZ_PRESET_NAMES)}
  --set                  noise, offset, flicker (V), lockIn, lifetime, frameTime (s), law (linear or sheet), depth,
                         shiftX, shiftY, thickness (m), turned (rad), index, and more: docs/reference/cli.md

Simulated chips:
  presets                sim:mgd-chip:<preset> with ${presetWords(CHIP_PRESET_NAMES)}
  --set                  readNoise, weightOffset (V), readDrift (V/s^0.5), leakTime, slotTime (s),
                         weightGain, activation (relative), dead (share), transfer (a formula in z),
                         gainDrift, gainDriftCommon (s^-1)

Examples:
  $ insitu train
      An emulated board is started, opened like any serial port, and learns iris. About a minute.
  $ insitu train --device sim:mgd-chip --seed 7
      The same on a simulated chip in this process. Same seed, same numbers, every time.
  $ insitu train --device sim:mgd-chip:bench --set "readNoise=2 mV" --set "transfer=0.9 tanh(1.2 z)"
      A chip with 12-bit converters, more noise than usual, and a curve of your own.
  $ insitu train --device sim:lattice
      Iris as weights on a lattice of springs; board:lattice is the same behind a serial port.
  $ insitu train --device sim:wave-field --task xor
      XOR in an array of cavities that teaches itself: a wave is sent out, pushed by its error, and sent back.
  $ insitu train --device sim:neuromorphic-core --task digits
      Digits on two cores of binary synapses; the report says what an image costs by the declared model.
  $ insitu train --device sim:thz-encoder --task digits
      Ten patterns of light, one THz detector: digits are recognised and no image is formed.
  $ insitu train --device serial:/dev/ttyUSB0
      The same on a real ATmega328P that carries drivers/firmware.
  $ insitu train --rule chip-in-the-loop
      Readings from the board, slopes from a model of it: a tenth of the readings.
  $ insitu train --task xor --on-chip
      The board runs the rule itself; the host sends samples.
  $ insitu train --device sim:mgd-chip --json | tail -n 1
      For programs: {"task":"iris","testAccuracy":...,"run":"runs/..."}

Ctrl-C once stops after this step, twice aborts now; both leave the machine at its safe values.
Exit codes: 0 done, 1 failed, 2 the command cannot be carried out as given, 130 interrupted.`
