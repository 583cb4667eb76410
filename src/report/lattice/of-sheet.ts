import * as v from 'valibot'
import type { DataSheet } from '../../contract/sheet.ts'
import type { NamedPicture, PicturePort } from './picture.ts'

const number = v.pipe(v.number(), v.finite())
const index = v.pipe(v.number(), v.integer(), v.minValue(0))

/** What a lattice's sheet says of its shape, see `devices/lattice`. */
const settings = v.object({
  geometry: v.object({
    name: v.string(),
    x: v.pipe(v.array(number), v.minLength(1)),
    y: v.array(number),
    bonds: v.pipe(v.array(index), v.minLength(2)),
    pins: v.array(index),
    names: v.array(v.string()),
  }),
  inputs: v.array(v.string()),
  outputs: v.array(v.string()),
})

/** The undeformed, uncoloured picture of a lattice by its data sheet; undefined if the sheet does not carry one. */
export function pictureOf(sheet: DataSheet): NamedPicture | undefined {
  // A sheet may come from a board or from an old record: what cannot be drawn is left out, not a reason to fail.
  const given = v.safeParse(settings, sheet.settings)
  if (sheet.machine !== 'lattice' || !given.success) return undefined
  const { geometry, inputs, outputs } = given.output
  const count = geometry.x.length
  const fits = geometry.y.length === count && geometry.names.length === count && geometry.bonds.length % 2 === 0
  if (!fits || [...geometry.bonds, ...geometry.pins].some((node) => node >= count)) return undefined
  const byName = new Map(geometry.names.map((name, node) => [name, node]))
  const ports = (texts: readonly string[]): PicturePort[] =>
    texts.flatMap((text) => {
      const dot = text.lastIndexOf('.')
      const node = byName.get(text.slice(0, Math.max(0, dot)))
      const axis = text.slice(dot + 1)
      return node !== undefined && (axis === 'x' || axis === 'y') ? [{ node, axis }] : []
    })
  return { ...geometry, inputs: ports(inputs), outputs: ports(outputs) }
}
