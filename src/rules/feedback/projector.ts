import type { CallOptions } from '../../contract/backend.ts'
import type { CheckedDevice } from '../../contract/device.ts'
import { InsituError } from '../../errors.ts'
import { held } from '../local/forward.ts'
import type { Used } from './carrier.ts'

/** A machine on a wire that projects errors: they drive it, and its readings are what arrives at the hidden neurons. */
export interface ProjectingMachine {
  /** As wide as the outputs at its drive, and as all hidden neurons together at its readings. Its parameters are left alone. */
  readonly device: CheckedDevice
  /** How much of its drive's range an error takes, seen from rest; default 0.5. Less keeps a curved machine straight. */
  readonly share?: number
}

/** Sends errors through a machine: each row scaled to its drive, the reading at rest subtracted, scaled back. */
export class Projector {
  readonly inputs: number
  readonly outputs: number
  readonly #device: CheckedDevice
  readonly #rest: number
  readonly #room: number

  /** Throws `SHAPE` for a machine that is not as wide as errors and neurons, `CONFIG` for a share. */
  constructor(rule: string, { device, share = 0.5 }: ProjectingMachine, outputs: number, neurons: number) {
    const { drive, sense } = device.sheet
    if (drive.width !== outputs || sense.width !== neurons)
      throw new InsituError(
        'SHAPE',
        `${rule}: ${device.name} projects ${drive.width} inputs to ${sense.width} readings, wanted ${outputs} errors to ${neurons} hidden neurons`,
        { device: device.sheet.machine, hint: 'a projection has one reading for each neuron of all hidden layers' },
      )
    if (!(share > 0 && share <= 1))
      throw new InsituError('CONFIG', `${rule}: projection.share must be above 0 and at most 1, got ${share}`)
    this.inputs = outputs
    this.outputs = neurons
    this.#device = device
    const { min, max } = drive
    // 0 is rest wherever the drive has one with room on both sides.
    this.#rest = min < 0 && max > 0 ? 0 : (min + max) / 2
    const room = Math.min(max - this.#rest, this.#rest - min)
    this.#room = Number.isFinite(room) ? share * room : 1
  }

  /** Writes what errors (rows x outputs) become into `into` (rows x neurons); one slot a row and one at rest. */
  async send(errors: Float64Array, rows: number, into: Float64Array, opts: CallOptions): Promise<Used> {
    const { inputs, outputs } = this
    const drive = new Float64Array((rows + 1) * inputs).fill(this.#rest)
    const scales = new Float64Array(rows)
    for (let r = 0; r < rows; r++) {
      let peak = 0
      for (let o = 0; o < inputs; o++) peak = Math.max(peak, Math.abs(errors[r * inputs + o]))
      scales[r] = peak / this.#room
      if (peak === 0) continue
      for (let o = 0; o < inputs; o++) drive[(r + 1) * inputs + o] += errors[r * inputs + o] / scales[r]
    }
    const readings = new Float64Array((rows + 1) * outputs)
    const receipt = await this.#device.measure({ slots: rows + 1, drive: held(drive) }, readings, opts)
    for (let r = 0, i = 0; r < rows; r++)
      for (let j = 0; j < outputs; j++, i++) into[i] = scales[r] * (readings[outputs + i] - readings[j])
    return receipt
  }
}
