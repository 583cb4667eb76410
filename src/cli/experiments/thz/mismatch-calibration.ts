import { imagerTheta } from '../../../../devices/thz-imager.ts'
import { settleInPlace } from '../../../calibrate/in-place.ts'
import { bankOffsets } from '../../../contract/sheet.ts'
import type { PatternDevice } from '../../../imaging/measure-patterns.ts'
import { frames } from '../../../patterns/frames.ts'
import { expected } from '../../../twins/ask.ts'
import { fitTwin } from '../../../twins/fit.ts'
import { startParameters, type Twin } from '../../../twins/twin.ts'
import { AS_BELIEVED, type Truth } from './mismatch-machine.ts'
import type { MismatchSettings } from './mismatch-settings.ts'
import { orderedPatterns } from './pattern-setting.ts'

/** One parameter as it was found, with its error bar and what it is. */
export interface Found {
  readonly found: number
  readonly deviation: number
  readonly truth: number
}

/** A calibration: what is believed after it, parameter by parameter, and what it took. */
export interface Calibrated {
  readonly parameters: Readonly<Record<string, Found>>
  readonly slots: number
  /** Root mean square of what is left between readings and what is expected, V. */
  readonly residual: number
}

/** Frames of the calibration: pairs of opposites, then a dark and a lit one. */
function calibrationFrames(machine: PatternDevice, { order, grid, calibrationPatterns: count }: MismatchSettings) {
  const patterns = orderedPatterns(order, grid, count)
  const pixels = grid * grid
  const drive = new Float64Array((2 * count + 2) * pixels)
  const window = { family: patterns.name, first: 0, count, pairing: 'opposite', hold: 1 } as const
  frames(patterns, window, machine.sheet.drive, drive.subarray(0, 2 * count * pixels))
  drive.fill(1, (2 * count + 1) * pixels)
  return { drive, rows: 2 * count + 2 }
}

/** Moves the machine until it reads what one without faults would, which the twin says. */
export async function calibrateMachine(
  machine: PatternDevice,
  twin: Twin,
  settings: MismatchSettings,
  truth: Truth,
): Promise<Calibrated & { readonly theta: Float64Array }> {
  const { drive, rows } = calibrationFrames(machine, settings)
  const { sheet } = machine
  const theta = imagerTheta(sheet)
  const wanted = await expected(twin, { theta, drive, rows, parameters: startParameters(twin) })
  const seen = new Float64Array(rows)
  await machine.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, seen)
  // How much light takes away is no matter of where things stand: a dark and a lit frame tell it on the side.
  const [dark, lit] = [rows - 2, rows - 1]
  const depth = (seen[dark] - seen[lit]) / (wanted[dark] - wanted[lit])
  const whole = wanted[dark]
  for (let r = 0; r < rows; r++) wanted[r] = seen[dark] - depth * (whole - wanted[r])
  const pitch = settings.pitchUm * 1e-6
  const turn = 0.5 / (settings.grid / 2)
  const steps = {
    shift: 0.5 * pitch,
    rotation: turn,
    magnification: turn,
    distance: 0.02 * settings.thicknessUm * 1e-6,
  }
  const result = await settleInPlace(machine, { theta, steps, drive, wanted })
  const offsets = bankOffsets(sheet)
  const place = (bank: string, i = 0) => offsets[sheet.banks.findIndex(({ name }) => name === bank)] + i
  const one = (at: number, truthValue: number, unit = 1): Found => ({
    found: result.theta[at] / unit,
    deviation: result.deviations[at] / unit,
    truth: truthValue / unit,
  })
  const { registration: r, distance } = truth
  return {
    theta: result.theta,
    // Where the machine has to be so that nothing of the mismatch is left.
    parameters: {
      shiftXUm: one(place('shift'), -r.shiftX, 1e-6),
      shiftYUm: one(place('shift', 1), -r.shiftY, 1e-6),
      rotationMrad: one(place('rotation'), -r.rotation, 1e-3),
      magnification: one(place('magnification'), 1 / r.magnification),
      distanceUm: one(place('distance'), (settings.thicknessUm * 1e-6) / (1 + distance), 1e-6),
    },
    slots: result.slots + rows,
    residual: result.misfit.at(-1) as number,
  }
}

/** Fits the twin to readings of the machine as it stands. */
export async function calibrateModel(
  machine: PatternDevice,
  twin: Twin,
  settings: MismatchSettings,
  truth: Truth,
): Promise<Calibrated & { readonly believed: Truth }> {
  const { drive, rows } = calibrationFrames(machine, settings)
  const theta = imagerTheta(machine.sheet)
  const sense = new Float64Array(rows)
  await machine.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, sense)
  const fit = await fitTwin(twin, [{ theta, drive, sense, rows }], { device: machine.name })
  const names = twin.banks.flatMap(({ name, width }) =>
    Array.from({ length: width }, (_, i) => `${name}${width > 1 ? i : ''}`),
  )
  const value = (name: string, otherwise: number) => fit.parameters[names.indexOf(name)] ?? otherwise
  const one = (name: string, truthValue: number, unit = 1): Found => ({
    found: value(name, Number.NaN) / unit,
    deviation: fit.deviations[names.indexOf(name)] / unit,
    truth: truthValue / unit,
  })
  const { registration: r } = truth
  return {
    believed: {
      ...AS_BELIEVED,
      registration: {
        shiftX: value('shift0', 0),
        shiftY: value('shift1', 0),
        rotation: value('rotation', 0),
        magnification: 1 + value('magnification', 0),
      },
      distance: value('distance', 0),
      spread: Math.abs(value('spread', 0)),
    },
    parameters: {
      shiftXUm: one('shift0', r.shiftX, 1e-6),
      shiftYUm: one('shift1', r.shiftY, 1e-6),
      rotationMrad: one('rotation', r.rotation, 1e-3),
      magnification: one('magnification', r.magnification - 1),
      distance: one('distance', truth.distance),
      depth: one('depth', truth.depth),
      ...(names.includes('spread') && { spreadUm: one('spread', truth.spread, 1e-6) }),
    },
    slots: rows,
    residual: fit.sigma[0],
  }
}
