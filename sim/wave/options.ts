import type { ThetaRange, WaveConverters } from '../../devices/wave-field/index.ts'
import { InsituError } from '../../src/errors.ts'
import { checkNames, isCount, shown } from './fields/check.ts'
import type { OwnField } from './fields/own.ts'
import type { FieldSpec } from './fields/spec.ts'
import type { Friction } from './flight.ts'
import { NO_IMPERFECTIONS, type WaveImperfections } from './imperfections.ts'
import { wavePreset } from './presets.ts'

export interface WaveOptions {
  /** A built-in field in numbers, or `{ kind: 'own', make }` for a `WaveField` of one's own. */
  readonly field: FieldSpec | OwnField
  /** Channels that are driven and read, by name: '3.q'. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** How long a wave runs in one frame, and the integrator's step; their ratio is a whole number. */
  readonly time: number
  readonly step: number
  /** Default leapfrog. */
  readonly integrator?: 'leapfrog' | 'yoshida-4'
  /** Precision of the numbers in the field; default f64, and f32 is there to see what it costs. */
  readonly precision?: 'f64' | 'f32'
  /** Gives the machine a learning field that an echo moves; without it the parameters stay what is stored. */
  readonly learning?: Friction
  /** Limits of the parameters; default 0..4, safe 1 (oscillators) and -4..4, safe 0 (complex modes). */
  readonly theta?: ThetaRange
  /** A name from `WAVE_PRESETS`; default "ideal". */
  readonly preset?: string
  /** Changes to the preset. */
  readonly imperfections?: Partial<WaveImperfections>
  /** Ranges of what is sent and read; default wide and without steps. */
  readonly converters?: WaveConverters
  /** Which machine: its disorder, its mirror, its noise; default 1. */
  readonly seed?: number
  /** Most frames of a passage; default 65536. */
  readonly maxFrames?: number
  /** Most slots per exchange; default 4096. */
  readonly maxSlots?: number
  /** Seconds in a unit of time; default 1e-6. */
  readonly secondsPerUnit?: number
  /**
   * Processor cores for a pair of echoes (`Flight.both`), with the same bits; default 1. See `SecondCore` for when 2 pay; a
   * field of one's own runs on one.
   */
  readonly cores?: 1 | 2
}

/** Options that travel to a process of their own: the field is one in numbers. */
export interface WaveBoardOptions extends WaveOptions {
  readonly field: FieldSpec
}

const OPTIONS = {
  field: true,
  inputs: true,
  outputs: true,
  time: true,
  step: true,
  integrator: true,
  precision: true,
  learning: true,
  theta: true,
  preset: true,
  imperfections: true,
  converters: true,
  seed: true,
  maxFrames: true,
  maxSlots: true,
  secondsPerUnit: true,
  cores: true,
} as const satisfies Record<keyof WaveOptions, true>

/** Options that are numbers, and which of them have no default. */
const NEEDED = ['time', 'step'] as const
const NUMBERS = [...NEEDED, 'seed', 'maxFrames', 'maxSlots', 'secondsPerUnit'] as const

const config = (what: string, wanted: string, given: unknown) =>
  new InsituError('CONFIG', `wave-field: ${what} must be ${wanted}, got ${shown(given)}`)

/** Throws `CONFIG` naming an option there is not, or one that no machine can have. */
export function checkWaveOptions(options: WaveOptions): void {
  checkNames('wave-field', 'option', options, Object.keys(OPTIONS))
  const { time, step, precision = 'f64', learning, seed = 1, maxFrames = 1, cores = 1 } = options
  for (const name of NEEDED) if (options[name] === undefined) throw config(name, 'a number', undefined)
  for (const name of NUMBERS)
    if (typeof (options[name] ?? 0) !== 'number' || options[name] === null)
      throw config(name, 'a number', options[name])
  for (const name of ['inputs', 'outputs'] as const)
    if (!Array.isArray(options[name])) throw config(name, 'a list of channels', options[name])
  const steps = Math.round(time / step)
  if (!(step > 0 && steps >= 1 && Math.abs(steps * step - time) < 1e-9 * time))
    throw new InsituError('CONFIG', `wave-field: a frame of ${time} must be a whole number of steps of ${step}`)
  if (precision !== 'f64' && precision !== 'f32') throw config('precision', 'f64 or f32', precision)
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
    throw config('seed', 'a whole number from 0 to 4294967295', seed)
  if (!isCount(maxFrames)) throw config('maxFrames', 'a whole number from 1', maxFrames)
  if (cores !== 1 && cores !== 2) throw config('cores', '1 or 2', cores)
  if (cores === 2 && options.field?.kind === 'own')
    throw new InsituError('CONFIG', 'wave-field: a field of one’s own runs on one core, got cores 2', {
      hint: 'its functions do not travel to a second thread',
    })
  if (learning === undefined) return
  const { mass, decay } = learning
  checkNames('wave-field', 'learning option', learning, ['mass', 'decay'])
  if (!(isPositive(mass) && Number.isFinite(mass) && isPositive(decay)))
    throw new InsituError(
      'CONFIG',
      `wave-field: the learning field needs a positive mass and decay, got ${shown(mass)} and ${shown(decay)}`,
    )
}

/** The preset with its changes; throws `CONFIG` naming one that there is not or cannot be. */
export function imperfectionsOf({ preset = 'ideal', imperfections = {} }: WaveOptions): WaveImperfections {
  checkNames('wave-field', 'imperfection', imperfections, Object.keys(NO_IMPERFECTIONS))
  const made = { ...wavePreset(preset).imperfections, ...imperfections }
  for (const [name, value] of Object.entries(made)) {
    const limit = name.endsWith('Limit')
    if (!(typeof value === 'number' && value >= 0 && (limit || Number.isFinite(value))))
      throw config(name, 'zero or positive', value)
    if (limit && value === 0) throw config(name, 'positive', value)
  }
  return made
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0
}
