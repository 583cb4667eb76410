import { paramCount } from '../../src/contract/sheet.ts'
import type { Twin, TwinBank, TwinPoint } from '../../src/twins/twin.ts'
import type { ImagerBody } from '../thz/imager-body.ts'
import { imperfectionsOf } from '../thz/presets.ts'
import { type ThzImagerOptions, thzImagerBody } from '../thz/thz-imager.ts'

/** How far imagers of this make may lie from their design, one standard deviation each; 0 leaves a parameter out. */
export interface ThzImagerPriors {
  /** Of the frame, either way, m. */
  readonly shift: number
  /** rad. */
  readonly rotation: number
  /** Relative. */
  readonly magnification: number
  /** From the object to the lit face, relative. */
  readonly distance: number
  /** Of every reading, relative. */
  readonly gain: number
  /** Part of its power that the wave loses under full light. */
  readonly depth: number
  /** Over what carriers spread, sqrt(diffusion x lifetime), m. */
  readonly spread: number
}

/** What the imager is designed as, with the object that stands in it, and how far it may be from that. */
export interface ThzImagerTwinOptions
  extends Omit<ThzImagerOptions, 'preset' | 'seed' | 'maxSlots' | 'frameSeconds' | 'detector' | 'misplaced'> {
  readonly priors?: Partial<ThzImagerPriors>
}

/** Optics that are kept: those at one point and to both sides of it. */
const KEPT = 40

/**
 * The THz imager with a known object in it, as a model to differentiate: wave, registration, spreading carriers and the law of the
 * modulator as in the simulator, without its detector's faults. Its own parameters are what a calibration is to find: where the frame
 * really lies (`shift`, `rotation`, `magnification`), the `distance`, the `gain`, the `depth` and, where carriers spread, over what
 * length. All but the gain come on top of what theta says.
 *
 * Slopes are central differences of the model, its optics at every side kept: exact by the drive for a modulator that is linear, and
 * costly by the drive for a sheet.
 */
export function thzImagerTwin(options: ThzImagerTwinOptions): Twin {
  const { pixels, pitch = 40e-6 } = options
  const design = imperfectionsOf('ideal', options)
  const { lifetime, diffusion } = design.wafer
  const spreads = design.modulator.law === 'sheet'
  const length = Math.sqrt(lifetime * diffusion)
  // At the edge of a frame a turn or a growth moves as far as a shift.
  const lever = pitch / ((pixels / 2) * pitch)
  const usual: ThzImagerPriors = {
    ...{ shift: 2 * pitch, rotation: 0.02, magnification: 0.02, distance: 0.05 },
    ...{ gain: 0.1, depth: 0.2, spread: 2 * pitch },
  }
  const priors = { ...usual, ...options.priors }
  const own: readonly (TwinBank & { readonly name: keyof ThzImagerPriors; readonly step: number })[] = (
    [
      { name: 'shift', width: 2, unit: 'm', start: 0, step: 0.05 * pitch },
      { name: 'rotation', width: 1, unit: 'rad', start: 0, step: 0.05 * lever },
      { name: 'magnification', width: 1, unit: '1', start: 0, step: 0.05 * lever },
      { name: 'distance', width: 1, unit: '1', start: 0, step: 1e-3 },
      { name: 'gain', width: 1, unit: '1', start: 1, step: 1e-3 },
      { name: 'depth', width: 1, unit: '1', start: design.modulator.depth, step: 1e-3 },
      { name: 'spread', width: 1, unit: 'm', start: length, step: 0.02 * pitch },
    ] as const
  )
    .map((bank) => ({ ...bank, spread: priors[bank.name] }))
    .filter(({ name, spread }) => spread > 0 && (name !== 'spread' || spreads))
  const steps = own.flatMap(({ width, step }) => new Array<number>(width).fill(step))

  const depthAt = own.flatMap(({ name, width }) => new Array<string>(width).fill(name)).indexOf('depth')
  // A sheet that takes all of the power conducts without limit.
  const deepest = spreads ? 0.999 : 1

  const bodies = new Map<string, ImagerBody>()
  const bodyAt = (parameters: Float64Array): ImagerBody => {
    const key = parameters.join(' ')
    const known = bodies.get(key)
    if (known !== undefined) return known
    const said = valuesOf(own, parameters)
    const { shift = [0, 0], rotation = [0], magnification = [0], distance = [0] } = said
    const { depth = [design.modulator.depth], spread = [length] } = said
    const body = thzImagerBody({
      ...options,
      preset: 'ideal',
      maxSlots: 1,
      gain: (options.gain ?? 1) * (said.gain?.[0] ?? 1),
      misplaced: {
        shift: [shift[0], shift[1]],
        rotation: rotation[0],
        magnification: magnification[0],
        distance: distance[0],
      },
      // What a fit tries may lie where no wafer can.
      modulator: { ...design.modulator, depth: Math.min(deepest, Math.max(0, depth[0])) },
      wafer: { ...design.wafer, lifetime: diffusion > 0 ? spread[0] ** 2 / diffusion : lifetime },
    })
    if (bodies.size >= KEPT) bodies.delete(bodies.keys().next().value as string)
    bodies.set(key, body)
    return body
  }
  const sheet = bodyAt(startOf(own)).sheet
  const read = ({ theta, drive, rows }: Omit<TwinPoint, 'parameters'>, body: ImagerBody, into: Float64Array) => {
    body.store(theta)
    body.run({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, into)
  }
  /** Slope of sum(cotangent * readings) along one number, by what is read to both sides of it; up is at most `room`. */
  const slope = (
    rows: number,
    cotangent: Float64Array,
    step: number,
    at: (offset: number, into: Float64Array) => void,
    room = step,
  ): number => {
    const [above, below] = [new Float64Array(rows), new Float64Array(rows)]
    const up = Math.max(0, Math.min(step, room))
    at(up, above)
    at(-step, below)
    let sum = 0
    for (let r = 0; r < rows; r++) sum += cotangent[r] * (above[r] - below[r])
    return sum / (up + step)
  }
  const byTheta = sheet.banks.flatMap(({ name, width }) => {
    const step = { shift: 0.05 * pitch, distance: 1e-3 * design.wafer.thickness, pump: 1e-3 }[name] ?? 0.05 * lever
    return new Array<number>(width).fill(step)
  })
  const width = pixels * pixels
  return {
    name: `thz-imager ${pixels}x${pixels}`,
    width: { theta: paramCount(sheet), drive: width, sense: 1 },
    banks: own,
    forward: (point, sense) => read(point, bodyAt(point.parameters), sense),
    vjp(point, _measured, cotangent, into) {
      const { theta, drive, rows, parameters } = point
      const moved = (values: Float64Array, i: number, by: number) => {
        const copy = values.slice()
        copy[i] += by
        return copy
      }
      if (into.parameters !== undefined)
        for (let i = 0; i < steps.length; i++)
          into.parameters[i] = slope(
            rows,
            cotangent,
            steps[i],
            (by, sense) => read(point, bodyAt(moved(parameters, i, by)), sense),
            i === depthAt ? deepest - parameters[i] : steps[i],
          )
      const body = bodyAt(parameters)
      if (into.theta !== undefined)
        for (let i = 0; i < byTheta.length; i++)
          into.theta[i] = slope(rows, cotangent, byTheta[i], (by, sense) =>
            read({ ...point, theta: moved(theta, i, by) }, body, sense),
          )
      if (into.drive === undefined) return
      for (let r = 0; r < rows; r++) {
        const row = { theta, drive: drive.subarray(r * width, (r + 1) * width), rows: 1 }
        for (let i = 0; i < width; i++)
          into.drive[r * width + i] = slope(1, cotangent.subarray(r, r + 1), 1e-3, (by, sense) =>
            read({ ...row, drive: moved(row.drive, i, by) }, body, sense),
          )
      }
    },
  }
}

function startOf(banks: readonly TwinBank[]): Float64Array {
  return Float64Array.from(banks.flatMap(({ width, start }) => new Array<number>(width).fill(start as number)))
}

/** The twin's parameters by name; those without a bank are absent, and as designed. */
function valuesOf(
  banks: readonly TwinBank[],
  parameters: Float64Array,
): Readonly<Partial<Record<string, readonly number[]>>> {
  let first = 0
  return Object.fromEntries(
    banks.map(({ name, width }) => {
      const part = [...parameters.subarray(first, first + width)]
      first += width
      return [name, part]
    }),
  )
}
