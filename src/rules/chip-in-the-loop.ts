import type { CallOptions, Receipt } from '../contract/backend.ts'
import type { CheckedDevice, Device } from '../contract/device.ts'
import type { Cost } from '../cost/cost.ts'
import { meanSquaredError } from '../cost/mean-squared-error.ts'
import { InsituError } from '../errors.ts'
import { checkTwinWidths, expected, slopes } from '../twins/ask.ts'
import type { FittedTwin } from '../twins/calibration.ts'
import { type ConfrontOptions, confront, requireTrust, type TrustOptions } from '../twins/confront.ts'
import type { TwinMonitor } from '../twins/monitor.ts'
import { residual } from '../twins/residual.ts'
import { type Measured, startParameters, type Twin } from '../twins/twin.ts'
import { held } from './local/forward.ts'
import type { Lesson, Rule } from './rule.ts'

export interface ChipInTheLoopOptions extends FittedTwin {
  /** Default the mean squared error. */
  readonly cost?: Cost
  /**
   * How the twin is held against the machine on the first lesson, before anything is learnt: up to 16 of its rows, at theta
   * and beside it. `false` leaves it out.
   */
  readonly check?: (ConfrontOptions & TrustOptions) | false
  /** Watches whether the twin still predicts the machine, and may change the twin's parameters. */
  readonly monitor?: TwinMonitor
}

export interface ChipInTheLoopState {
  /** The twin's own parameters now; a monitor may have moved them. */
  parameters: Float64Array
  checked: boolean
  readonly gradient: Float64Array
}

/** Rows of the first lesson that a twin is held against its machine with. */
const CHECKED_ROWS = 16

/**
 * Chip-in-the-loop, or physics-aware training (Wright et al. 2022): readings come from the machine, with all its faults and
 * noise, and only their slopes from a model of it.
 *
 * A machine that offers what the twin asks for (`Twin.state`: taps between its layers, local readings) is read there as well, and
 * the twin's slopes are taken at that state, layer by layer; another is taken end to end. One read per row of a lesson. Throws
 * `SHAPE` where twin and machine differ in width, `TWIN` where the twin does not predict the machine, `NOT_FINITE` where it gives
 * no number. `health.twinResidual` and `health.twinDeviation` say in every step how well the twin predicts;
 * the former is absent where the readings of a step do not vary, as those of one row.
 */
export function chipInTheLoop(options: ChipInTheLoopOptions): Rule<never, ChipInTheLoopState> {
  const { twin, calibration, cost = meanSquaredError, check = {}, monitor } = options
  return {
    name: NAME,
    needs: [],
    begin(device) {
      checkTwinWidths(twin, device.sheet)
      checkOrigin(options, device)
      return {
        parameters: calibration?.parameters.slice() ?? startParameters(twin),
        checked: check === false,
        gradient: new Float64Array(twin.width.theta),
      }
    },
    async step(device, state, theta, lessons, opts) {
      const lesson = lessons.next()
      checkLesson(twin, device, lesson)
      let extra = NOTHING
      if (!state.checked && check !== false) {
        const rows = Math.min(CHECKED_ROWS, lesson.rows)
        const drive = lesson.drive.subarray(0, rows * twin.width.drive)
        const verdict = await confront(options, device, { theta, drive, rows }, check, opts)
        requireTrust(options, device, verdict, check)
        state.checked = true
        extra = verdict
      }
      const { rows, drive, target } = lesson
      const { measured, receipt } = await read(twin, device, lesson, opts)
      const point = { theta, drive, rows, parameters: state.parameters }
      const believed = await expected(twin, point)
      const seen = residual(measured.sense, believed, twin.width.sense, calibration?.sigma)
      const shown = { theta, drive, rows, sense: measured.sense, expected: believed, seconds: receipt.endedAt }
      const found = await monitor?.observe(shown, state.parameters, device, opts)
      if (found?.parameters !== undefined) state.parameters = found.parameters
      const targets = { data: target, rows, hold: 1 }
      const costs = new Float64Array(rows)
      const cotangent = new Float64Array(measured.sense.length)
      cost.values(measured.sense, rows, twin.width.sense, targets, costs)
      cost.gradient(measured.sense, rows, twin.width.sense, targets, cotangent)
      for (let i = 0; i < cotangent.length; i++) cotangent[i] /= rows
      const { gradient, parameters } = state
      await slopes(twin, { ...point, parameters }, measured, cotangent, { theta: gradient })
      return {
        cost: costs.reduce((sum, one) => sum + one, 0) / rows,
        gradient,
        slots: receipt.slots + extra.slots + (found?.slots ?? 0),
        clipped: receipt.clipped + extra.clipped + (found?.clipped ?? 0),
        saturated: receipt.saturated + extra.saturated + (found?.saturated ?? 0),
        retries: receipt.retries + extra.retries + (found?.retries ?? 0),
        health: {
          // Over the readings, not their spread: a lesson of one row has none.
          twinResidual: seen.share,
          ...(seen.deviation !== undefined && { twinDeviation: seen.deviation }),
        },
        ...(found !== undefined && found.news.length > 0 && { news: found.news }),
      }
    },
  }
}

const NAME = 'chip-in-the-loop'

const NOTHING = { slots: 0, clipped: 0, saturated: 0, retries: 0 }

/** Reads outputs and, where the machine offers it, what the twin wants beside them. */
async function read(
  twin: Twin,
  device: CheckedDevice,
  { rows, drive }: Lesson,
  opts: CallOptions,
): Promise<{ measured: Measured; receipt: Receipt }> {
  const sense = new Float64Array(rows * twin.width.sense)
  const block = { slots: rows, drive: held(drive) }
  const offers = device as Partial<Device<'taps' | 'local'>>
  if (twin.state?.facet === 'taps' && offers.taps !== undefined) {
    const state = new Float64Array(rows * twin.state.width)
    return { receipt: await offers.taps.read(block, sense, state, opts), measured: { sense, state } }
  }
  if (twin.state?.facet === 'local' && offers.local !== undefined) {
    const state = new Float64Array(rows * twin.state.width)
    return { receipt: await offers.local.read(block, sense, state, opts), measured: { sense, state } }
  }
  return { receipt: await device.measure(block, sense, opts), measured: { sense } }
}

/** Throws `TWIN` for a calibration of another twin or another machine. */
function checkOrigin({ twin, calibration }: FittedTwin, device: CheckedDevice): void {
  if (calibration === undefined) return
  if (calibration.twin !== twin.name)
    throw new InsituError('TWIN', `${NAME}: the calibration is of twin ${calibration.twin}, the twin is ${twin.name}`)
  if (calibration.device === undefined || calibration.device === device.name) return
  throw new InsituError(
    'TWIN',
    `${NAME}: twin ${twin.name} was calibrated on ${calibration.device}, the machine is ${device.name}`,
    { device: device.sheet.machine, hint: 'calibrate it on this machine' },
  )
}

function checkLesson(twin: Twin, device: CheckedDevice, { rows, drive, target }: Lesson): void {
  const { drive: inputs, sense } = twin.width
  if (drive.length === rows * inputs && target.length === rows * sense) return
  throw new InsituError(
    'SHAPE',
    `${NAME}: a lesson of ${rows} rows for ${device.name} wants ${rows * inputs} inputs and ${rows * sense} targets, got ${drive.length} and ${target.length}`,
  )
}
