import {
  actionPort,
  channels,
  IDEAL_WAVES,
  injectionPort,
  type ThetaRange,
  type WaveConverters,
  type WaveFieldSpec,
  type WaveSheetOptions,
  waveSheet,
} from '../../devices/wave-field/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { EchoPort, LearningField } from '../../src/contract/echo.ts'
import type { LocalPort, StatePort } from '../../src/contract/facets.ts'
import { safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { statePort } from '../state.ts'
import { WaveBody } from './body.ts'
import type { WaveField } from './field.ts'
import { type FieldSpec, makeField } from './fields/spec.ts'
import { type FlightParts, type Friction, launch } from './flight.ts'
import { damping, lossy, Mirror, NO_IMPERFECTIONS, type WaveImperfections } from './imperfections.ts'
import { wavePreset } from './presets.ts'
import { Probe } from './probe.ts'
import { SecondCore } from './second-core.ts'
import { singleStepper } from './single.ts'
import { plainStepper, splittingOf } from './splitting.ts'

export interface WaveOptions {
  /** A built-in field in numbers, or `{ kind: 'own', make }` for a `WaveField` of one's own. */
  readonly field: FieldSpec
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
  /** Processor cores for a pair of echoes (`Flight.both`), with the same bits; default 1. See `SecondCore` for when 2 pay. */
  readonly cores?: 1 | 2
}

/** A simulated wave field behind the contract. */
export interface WaveSimulator extends Backend {
  readonly echo: EchoPort
  readonly local: LocalPort
  readonly state: StatePort
}

/**
 * A simulated field of waves (`devices/wave-field` says what it means), with `echo`, `local` and `state`.
 *
 * A slot that is measured, a flight that is dropped and an echo without decay leave the learning field what it was: the
 * machine ends them by an undisturbed echo, which is taken as perfect. Throws `CONFIG` naming what does not fit.
 */
export function waveSimulator(options: WaveOptions): WaveSimulator {
  const { cores = 1 } = options
  if (cores !== 1 && cores !== 2)
    throw new InsituError('CONFIG', `wave-field: cores must be 1 or 2, got ${String(cores)}`)
  const parts = waveParts(options)
  const secondCore = cores === 2 ? new SecondCore(options) : undefined
  const { body, friction, injection } = parts
  const { course } = body.parts
  const learning: LearningField | undefined = friction && {
    bracket: course.field.bracket,
    gain: (1 - Math.exp(-friction.decay)) / friction.mass,
    async read(theta) {
      theta.set(body.theta)
    },
  }
  return {
    sheet: body.sheet,
    async store(theta) {
      body.store(theta)
    },
    async measure(block, into) {
      return body.run(block, into)
    },
    echo: {
      injection,
      maxFrames: options.maxFrames ?? 65536,
      ...(learning && { learning }),
      async launch(drive) {
        return launch(parts, drive, secondCore)
      },
    },
    local: {
      reads: 'action',
      sense: body.localPort,
      async read(block, into, local) {
        return body.run(block, into, local)
      },
    },
    state: statePort(body),
    async [Symbol.asyncDispose]() {
      body.store(safeTheta(body.sheet))
      await secondCore?.[Symbol.asyncDispose]()
    },
  }
}

/** The body, the mirror and the friction of a simulated wave field. */
export function waveParts(options: WaveOptions): FlightParts {
  const made = imperfectionsOf(options)
  const { time, step, integrator = 'leapfrog', learning } = options
  const steps = Math.round(time / step)
  if (!(step > 0 && steps >= 1 && Math.abs(steps * step - time) < 1e-9 * time))
    throw new InsituError('CONFIG', `wave-field: a frame of ${time} must be a whole number of steps of ${step}`)
  if (learning !== undefined && !(learning.mass > 0 && Number.isFinite(learning.mass) && learning.decay > 0))
    throw new InsituError(
      'CONFIG',
      `wave-field: the learning field needs a positive mass and decay, got ${learning.mass} and ${learning.decay}`,
    )
  const { precision = 'f64' } = options
  if (precision !== 'f64' && precision !== 'f32')
    throw new InsituError('CONFIG', `wave-field: precision must be f64 or f32, got ${String(precision)}`)
  const seed = options.seed ?? 1
  const normals = draws(seed, STREAM.frequencyScatter)
  const { field, offset } = makeField(options.field, { size: made.disorder, normal: (i) => normals.normal(i) })
  const splitting = splittingOf(integrator)
  const inputs = channels('inputs', options.inputs, field.modes)
  const outputs = channels('outputs', options.outputs, field.modes)
  const stepper =
    precision === 'f32'
      ? singleStepper(field, splitting, step)
      : (field.stepper?.(splitting, step) ?? plainStepper(field, splitting, step))
  const spec = specOf(options, field)
  const about = sheetOptions(options, made)
  const sheet = waveSheet(spec, about)
  const local = actionPort(spec, about)
  const body = new WaveBody({
    sheet,
    local,
    offset,
    course: {
      field,
      stepper: lossy(stepper, damping(field, step, made)),
      steps,
      inputs,
      outputs,
    },
    probe: new Probe(sheet.sense, local, seed),
  })
  const mirror = new Mirror(field, splitting, made, seed)
  return { body, mirror, made, injection: injectionPort(spec, about), friction: learning }
}

function imperfectionsOf({ preset = 'ideal', imperfections = {} }: WaveOptions): WaveImperfections {
  const made = { ...wavePreset(preset).imperfections, ...imperfections }
  const unknown = Object.keys(made).find((name) => !Object.hasOwn(NO_IMPERFECTIONS, name))
  if (unknown !== undefined)
    throw new InsituError('CONFIG', `wave-field: there is no imperfection "${unknown}"`, {
      hint: `imperfections: ${Object.keys(NO_IMPERFECTIONS).join(', ')}`,
    })
  for (const [name, value] of Object.entries(made))
    if (!(value >= 0 && (Number.isFinite(value) || name.endsWith('Limit'))))
      throw new InsituError('CONFIG', `wave-field: ${name} must be zero or positive, got ${value}`)
  for (const name of ['injectionLimit', 'shiftLimit'] as const)
    if (made[name] === 0) throw new InsituError('CONFIG', `wave-field: ${name} must be positive, got 0`)
  return made
}

function specOf({ inputs, outputs, theta }: WaveOptions, field: WaveField): WaveFieldSpec {
  const range = field.bracket === 1 ? { min: 0, max: 4, step: 0, safe: 1 } : { min: -4, max: 4, step: 0, safe: 0 }
  return {
    field: field.name,
    grid: field.grid,
    params: field.params,
    inputs,
    outputs,
    theta: theta ?? range,
  }
}

function sheetOptions(options: WaveOptions, made: WaveImperfections): WaveSheetOptions {
  const { preset = 'ideal', seed = 1, time, step, integrator = 'leapfrog', precision = 'f64', learning } = options
  const { converters = IDEAL_WAVES } = options
  const injection = { ...converters.injection, step: made.injectionStep || converters.injection.step }
  const changed = Object.keys(options.imperfections ?? {}).length > 0
  const { kind, ...settings } = options.field.kind === 'own' ? { kind: 'own' } : options.field
  return {
    kind: 'simulator',
    identity: `${kind}, ${preset}${changed ? ' changed' : ''}, field ${seed}`,
    converters: { ...converters, injection },
    noise: made.readNoise,
    localNoise: made.localNoise,
    maxSlots: options.maxSlots ?? 4096,
    slotSeconds: time * (options.secondsPerUnit ?? 1e-6),
    repeatable: true,
    settings: {
      ...{ preset, seed, time, step, integrator, precision },
      ...(learning && { learning }),
      fieldSettings: settings,
      imperfections: Object.fromEntries(Object.entries(made).filter(([, value]) => Number.isFinite(value))),
    },
  }
}
