import { bankOffsets, paramCount } from '../../src/contract/sheet.ts'
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
      { name: 'shift', width: 2, unit: 'm', start: 0, step: 1e-3 * pitch },
      { name: 'rotation', width: 1, unit: 'rad', start: 0, step: 1e-3 * lever },
      { name: 'magnification', width: 1, unit: '1', start: 0, step: 1e-3 * lever },
      { name: 'distance', width: 1, unit: '1', start: 0, step: 1e-5 },
      { name: 'gain', width: 1, unit: '1', start: 1, step: 1e-3 },
      { name: 'depth', width: 1, unit: '1', start: design.modulator.depth, step: 1e-3 },
      { name: 'spread', width: 1, unit: 'm', start: length, step: 1e-3 * pitch },
    ] as const
  )
    .map((bank) => ({ ...bank, spread: priors[bank.name] }))
    .filter(({ name, spread }) => spread > 0 && (name !== 'spread' || spreads))
  const steps = own.flatMap(({ width, step }) => new Array<number>(width).fill(step))

  const depthAt = own.flatMap(({ name, width }) => new Array<string>(width).fill(name)).indexOf('depth')
  // A sheet that takes all of the power conducts without limit; a fit of a linear law may try more than all.
  const deepest = spreads ? 0.999 : Number.POSITIVE_INFINITY

  // Everything but a sheet's depth and spread can be said by theta: bodies are told, and made anew for those two only.
  const pool: { key: string; sheet: string; body: ImagerBody }[] = []
  const most = 2 * steps.length + 3
  const make = (depth: number, spread: number) =>
    thzImagerBody({
      ...options,
      preset: 'ideal',
      maxSlots: 1,
      modulator: { ...design.modulator, depth },
      wafer: { ...design.wafer, lifetime: diffusion > 0 ? spread ** 2 / diffusion : lifetime },
    })
  const { sheet } = make(spreads ? design.modulator.depth : 1, length)
  const places = Object.fromEntries(sheet.banks.map(({ name }, b) => [name, bankOffsets(sheet)[b]]))
  const bodyAt = (theta: Float64Array, said: Said): ImagerBody => {
    // What a fit tries may lie where no wafer can.
    const depth = Math.min(deepest, Math.max(0, said.depth[0]))
    const really = theta.slice()
    if (!spreads) for (let z = places.pump; z < places.distance; z++) really[z] *= depth
    really[places.distance] *= 1 + said.distance[0]
    really[places.shift] += said.shift[0]
    really[places.shift + 1] += said.shift[1]
    really[places.rotation] += said.rotation[0]
    really[places.magnification] *= 1 + said.magnification[0]
    const sheetKey = spreads ? `${depth} ${said.spread[0]}` : ''
    const key = `${sheetKey} ${really.join(' ')}`
    const at = pool.findIndex((one) => one.key === key)
    // The one used last stands last; the first that will do is told something new.
    const again = at >= 0 || pool.length < most ? at : pool.findIndex((one) => one.sheet === sheetKey)
    const [kept] = again >= 0 ? pool.splice(again, 1) : []
    if (kept === undefined && pool.length >= most) pool.shift()
    const body = kept?.body ?? make(spreads ? depth : 1, said.spread[0])
    if (kept?.key !== key) body.store(really)
    pool.push({ key, sheet: sheetKey, body })
    return body
  }
  const read = ({ theta, drive, rows, parameters }: TwinPoint, into: Float64Array) => {
    const said = saidBy(own, parameters, { depth: design.modulator.depth, spread: length })
    const body = bodyAt(theta, said)
    body.run({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, into)
    for (let r = 0; r < rows; r++) into[r] *= said.gain[0]
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
    const step = { shift: 1e-3 * pitch, distance: 1e-5 * design.wafer.thickness, pump: 1e-3 }[name] ?? 1e-3 * lever
    return new Array<number>(width).fill(step)
  })
  const width = pixels * pixels
  return {
    name: `thz-imager ${pixels}x${pixels}`,
    width: { theta: paramCount(sheet), drive: width, sense: 1 },
    banks: own,
    forward: (point, sense) => read(point, sense),
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
            (by, sense) => read({ ...point, parameters: moved(parameters, i, by) }, sense),
            i === depthAt ? deepest - parameters[i] : steps[i],
          )
      if (into.theta !== undefined)
        for (let i = 0; i < byTheta.length; i++)
          into.theta[i] = slope(rows, cotangent, byTheta[i], (by, sense) =>
            read({ ...point, theta: moved(theta, i, by) }, sense),
          )
      if (into.drive === undefined) return
      for (let r = 0; r < rows; r++) {
        const row = { theta, parameters, drive: drive.subarray(r * width, (r + 1) * width), rows: 1 }
        for (let i = 0; i < width; i++)
          into.drive[r * width + i] = slope(1, cotangent.subarray(r, r + 1), 1e-3, (by, sense) =>
            read({ ...row, drive: moved(row.drive, i, by) }, sense),
          )
      }
    },
  }
}

/** What the twin's parameters say, by name. */
type Said = Readonly<Record<keyof ThzImagerPriors, readonly number[]>>

/** Those without a bank are as designed. */
function saidBy(
  banks: readonly TwinBank[],
  parameters: Float64Array,
  { depth, spread }: { readonly depth: number; readonly spread: number },
): Said {
  let first = 0
  const named = banks.map(({ name, width }) => {
    const part = [...parameters.subarray(first, first + width)]
    first += width
    return [name, part] as const
  })
  return {
    ...{ shift: [0, 0], rotation: [0], magnification: [0], distance: [0], gain: [1], depth: [depth], spread: [spread] },
    ...Object.fromEntries(named),
  }
}
