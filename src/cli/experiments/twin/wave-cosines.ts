import { referenceGradient, type WaveImperfections, type WaveOptions, waveSimulator } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import type { Cost } from '../../../cost/cost.ts'
import { norm } from '../../../reference/norm.ts'
import { echoGradient } from '../../../rules/echo/contrast.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import { slopes } from '../../../twins/ask.ts'
import { calibrateTwin, type TwinCalibrationPlan } from '../../../twins/calibrate.ts'
import { startParameters, type Twin } from '../../../twins/twin.ts'

/** A field as made, what is asked of it, and a twin of it as designed. */
interface Question {
  readonly options: WaveOptions
  readonly imperfections: Partial<WaveImperfections>
  readonly twin: Twin
  /** How the twin is calibrated on the field. */
  readonly plan: TwinCalibrationPlan
  readonly cost: Cost
  readonly rows: LessonTable
  readonly theta: Float64Array
}

/** Rows whose gradients are added up. */
const ROWS = 20

/**
 * Cosines between gradients of one cost at one place, with loss switched on and off: of the echo (as `recurrent-echo` takes it, at the
 * eps that it would choose), of the twin as designed and calibrated, and exact ones of the field as made. 1 is the same direction.
 */
export async function waveCosines(question: Question): Promise<Readonly<Record<string, number>>> {
  const { imperfections } = question
  const found: Record<string, number> = {}
  for (const [name, loss] of [
    ['LossOn', imperfections.loss ?? 0],
    ['LossOff', 0],
  ] as const) {
    const { echo, designed, calibrated, exact } = await gradients({
      ...question,
      imperfections: { ...imperfections, loss },
    })
    found[`twinToEcho${name}`] = cosine(calibrated, echo)
    found[`echoToExact${name}`] = cosine(echo, exact)
    found[`twinToExact${name}`] = cosine(calibrated, exact)
    found[`designedTwinToExact${name}`] = cosine(designed, exact)
    found[`designedTwinToEcho${name}`] = cosine(designed, echo)
    found[`echoLength${name}`] = norm(echo) / norm(exact)
  }
  return found
}

async function gradients({ options, imperfections, twin, plan, cost, rows, theta }: Question) {
  const made = { ...options, imperfections }
  await using device = attach(waveSimulator(made))
  const { calibration } = await calibrateTwin(twin, device, { ...plan, theta })
  const { drive: inputs, sense: outputs } = twin.width
  const count = Math.min(ROWS, rows.rows)
  const drive = rows.drive.subarray(0, count * inputs)
  const sense = new Float64Array(count * outputs)
  const cotangent = new Float64Array(count * outputs)
  const echo = new Float64Array(theta.length)
  const exact = new Float64Array(theta.length)
  for (let r = 0; r < count; r++) {
    const row = drive.slice(r * inputs, (r + 1) * inputs)
    const target = rows.target.subarray(r * outputs, (r + 1) * outputs)
    const slopesOf = (output: Float64Array) => {
      const found = new Float64Array(outputs)
      cost.gradient(output, 1, outputs, { data: target, rows: 1, hold: 1 }, found)
      return found
    }
    const heard = await echoGradient(device, row, slopesOf)
    add(echo, heard.theta)
    add(exact, referenceGradient(made, theta, row, slopesOf).theta)
    sense.set(heard.output, r * outputs)
    cotangent.set(heard.slopes, r * outputs)
  }
  const by = async (parameters: Float64Array) => {
    const gradient = new Float64Array(theta.length)
    await slopes(twin, { theta, drive, rows: count, parameters }, { sense }, cotangent, { theta: gradient })
    return gradient
  }
  return { echo, exact, designed: await by(startParameters(twin)), calibrated: await by(calibration.parameters) }
}

function add(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += more[i]
}

function cosine(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0) / (norm(a) * norm(b))
}
