import {
  actionPort,
  channels,
  IDEAL_WAVES,
  injectionPort,
  type WaveFieldSpec,
  type WaveSheetOptions,
  waveSheet,
} from '../../devices/wave-field/index.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { WaveBody } from './body.ts'
import type { WaveField } from './field.ts'
import { makeField } from './fields/spec.ts'
import type { FlightParts } from './flight.ts'
import type { WaveImperfections } from './imperfections.ts'
import { damping, lossy } from './losses.ts'
import { checkWaveOptions, imperfectionsOf, type WaveOptions } from './options.ts'
import { Probe } from './probe.ts'
import { singleStepper } from './single.ts'
import { plainStepper, splittingOf } from './splitting.ts'
import { TimeMirror } from './time-mirror.ts'

/** The body, the mirror and the friction of a simulated wave field; throws `CONFIG` naming what does not fit. */
export function waveParts(options: WaveOptions): FlightParts {
  checkWaveOptions(options)
  const made = imperfectionsOf(options)
  const { time, step, integrator = 'leapfrog', precision = 'f64', seed = 1, learning } = options
  const normals = draws(seed, STREAM.frequencyScatter)
  const field = makeField(options.field, { size: made.disorder, normal: (i) => normals.normal(i) })
  const splitting = splittingOf(integrator)
  const inputs = channels('inputs', options.inputs, field.modes)
  const outputs = channels('outputs', options.outputs, field.modes)
  const stepper =
    precision === 'f32'
      ? singleStepper(field, splitting, step)
      : (field.stepper?.(splitting, step) ?? plainStepper(field, splitting, step))
  const spec = specOf(options, field)
  const about = sheetOptions(options, field, made)
  const sheet = waveSheet(spec, about)
  const local = actionPort(spec, about)
  const body = new WaveBody({
    sheet,
    local,
    offset: field.offset ?? new Float64Array(field.params),
    course: {
      field,
      stepper: lossy(stepper, damping(field, step, made)),
      steps: Math.round(time / step),
      inputs,
      outputs,
    },
    probe: new Probe(sheet.sense, local, seed),
  })
  const mirror = new TimeMirror(field, splitting, made, seed)
  return { body, mirror, made, injection: injectionPort(spec, about), friction: learning && { ...learning } }
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

function sheetOptions(options: WaveOptions, field: WaveField, made: WaveImperfections): WaveSheetOptions {
  const { preset = 'ideal', seed = 1, time, step, integrator = 'leapfrog', precision = 'f64', learning } = options
  const { converters = IDEAL_WAVES } = options
  const injection = { ...converters.injection, step: made.injectionStep || converters.injection.step }
  const changed = Object.keys(options.imperfections ?? {}).length > 0
  const { kind: _, ...settings } = options.field.kind === 'own' ? { kind: 'own' } : structuredClone(options.field)
  return {
    kind: 'simulator',
    identity: `${field.name}, ${preset}${changed ? ' changed' : ''}, field ${seed}`,
    converters: { ...converters, injection },
    noise: made.readNoise,
    localNoise: made.localNoise,
    maxSlots: options.maxSlots ?? 4096,
    slotSeconds: time * (options.secondsPerUnit ?? 1e-6),
    repeatable: true,
    settings: {
      ...{ preset, seed, time, step, integrator, precision },
      ...(learning && { learning: { ...learning } }),
      fieldSettings: finite(settings),
      imperfections: finite(made),
    },
  }
}

/** Without what is infinite: a limit or a mass that is not there, which JSON has no word for. */
function finite(settings: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== Number.POSITIVE_INFINITY))
}
