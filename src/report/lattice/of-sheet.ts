import * as v from 'valibot'
import type { DataSheet } from '../../contract/sheet.ts'
import { type DrawnGeometry, pictureOfGeometry, portsOf } from './of-geometry.ts'
import type { NamedPicture } from './picture.ts'

const number = v.pipe(v.number(), v.finite())
const index = v.pipe(v.number(), v.integer(), v.minValue(0))

const ports = v.object({ inputs: v.array(v.string()), outputs: v.array(v.string()) })

/** What a lattice's sheet says of its shape, see `devices/lattice`. */
const shape = v.object({
  geometry: v.object({
    name: v.string(),
    x: v.pipe(v.array(number), v.minLength(1)),
    y: v.array(number),
    bonds: v.pipe(v.array(index), v.minLength(2)),
    pins: v.array(index),
    names: v.array(v.string()),
  }),
  ...ports.entries,
})

const faults = v.object({ imperfections: v.object({ broken: v.array(index) }) })

/**
 * The undeformed, uncoloured picture of a lattice by its data sheet, its torn bonds missing. A sheet of a large lattice
 * carries no geometry: it is drawn by the one that is given, or the answer is undefined.
 */
export function pictureOf(sheet: DataSheet, geometry?: DrawnGeometry): NamedPicture | undefined {
  const picture = geometry === undefined ? carried(sheet) : drawnBy(sheet, geometry)
  const torn = v.safeParse(faults, sheet.settings)
  if (picture === undefined || !torn.success) return picture
  const broken = torn.output.imperfections.broken.filter((bond) => bond < picture.bonds.length / 2)
  return broken.length === 0 ? picture : { ...picture, broken }
}

function drawnBy({ settings }: DataSheet, geometry: DrawnGeometry): NamedPicture {
  const given = v.safeParse(ports, settings)
  const { inputs, outputs } = given.success ? given.output : { inputs: [], outputs: [] }
  return pictureOfGeometry(geometry, inputs, outputs)
}

function carried({ machine, settings }: DataSheet): NamedPicture | undefined {
  // A sheet may come from a board or from an old record: what cannot be drawn is left out, not a reason to fail.
  const given = v.safeParse(shape, settings)
  if (machine !== 'lattice' || !given.success) return undefined
  const { geometry, inputs, outputs } = given.output
  const count = geometry.x.length
  const fits = geometry.y.length === count && geometry.names.length === count && geometry.bonds.length % 2 === 0
  if (!fits || [...geometry.bonds, ...geometry.pins].some((node) => node >= count)) return undefined
  const { names } = geometry
  return {
    ...geometry,
    pins: [...new Set(geometry.pins)],
    inputs: portsOf(names, inputs),
    outputs: portsOf(names, outputs),
  }
}
