import * as v from 'valibot'
import { FIELD_KINDS, type FieldSpec, traceWave, type WaveOptions, waveSimulator } from '../../sim/index.ts'
import { attach } from '../contract/device.ts'
import type { Picture } from '../report/experiment.ts'
import { wavePicture } from '../report/wave.ts'
import { asked } from '../rules/echo/asked.ts'
import type { RunRecord } from '../run/index.ts'
import { TASKS } from './tasks/index.ts'
import type { Rows, WaveTask } from './tasks/task.ts'

/** What the sheet of a simulated wave field says of how it was made. */
const MADE = v.object({
  field: v.picklist(FIELD_KINDS),
  fieldSettings: v.record(v.string(), v.unknown()),
  inputs: v.array(v.string()),
  outputs: v.array(v.string()),
  time: v.number(),
  step: v.number(),
  seed: v.number(),
  imperfections: v.record(v.string(), v.number()),
})

/** The first held-out row as a wave through the trained field, out and back; none where the sheet does not say what field. */
export async function runWave({ start }: RunRecord, theta: Float64Array): Promise<readonly Picture[]> {
  const made = v.safeParse(MADE, start.sheet.settings)
  const task = TASKS.find(({ name }) => name === start.arguments.task)?.wave
  const seed = Number(start.seeds.seed)
  if (!made.success || task === undefined) return []
  const { field, fieldSettings, ...rest } = made.output
  const options: WaveOptions = { field: { kind: field, ...fieldSettings } as FieldSpec, ...rest }
  const { test } = task.load(seed)
  const drive = test.drive.slice(0, options.inputs.length)
  const slopes = await slopesOf(options, theta, drive, task, test)
  // Cavities are the learning field: there the wave runs.
  const of = start.sheet.settings.field === 'kerr-cavities' ? 'learning' : 'evaluation'
  const trace = traceWave(
    options,
    theta,
    drive,
    slopes.map((slope) => -0.1 * slope),
    { of },
  )
  const title = 'A wave through the trained field, out and back'
  const note = `The first held-out row. At the mirror every output is pushed by minus 0.1 times the slope of its cost${of === 'learning' ? '; shown are the cavities' : ''}.`
  return [wavePicture(trace, { title, note })]
}

async function slopesOf(options: WaveOptions, theta: Float64Array, drive: Float64Array, task: WaveTask, rows: Rows) {
  await using device = attach(waveSimulator(options))
  await device.store(theta)
  const output = new Float64Array(device.sheet.sense.width)
  await device.measure({ slots: 1, drive: { kind: 'track', data: drive, hold: 1 } }, output)
  return asked(task.settings.cost, output, rows.target.subarray(0, output.length), output.length).slopes
}
