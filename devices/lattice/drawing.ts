import * as v from 'valibot'
import type { DataSheet } from '../../src/contract/sheet.ts'
import type { LatticeGeometry } from './geometry.ts'

const finite = v.pipe(v.number(), v.finite())
const index = v.pipe(v.number(), v.integer(), v.minValue(0))

const drawn = v.object({
  geometry: v.object({
    name: v.string(),
    names: v.array(v.string()),
    x: v.pipe(v.array(finite), v.minLength(1)),
    y: v.array(finite),
    bonds: v.pipe(v.array(index), v.minLength(2)),
    pins: v.array(index),
    // Older sheets do not have them.
    pinAxes: v.fallback(v.optional(v.array(v.picklist(['x', 'y', 'xy']))), undefined),
  }),
})

/** The geometry as a sheet carries it, for pictures. */
export function drawing({ name, nodes, bonds, pins }: LatticeGeometry): v.InferOutput<typeof drawn>['geometry'] {
  return {
    name,
    names: nodes.map((node) => node.name),
    x: nodes.map((node) => node.x),
    y: nodes.map((node) => node.y),
    bonds: bonds.flat(),
    pins: pins.map((pin) => pin.node),
    pinAxes: pins.map((pin) => pin.axis),
  }
}

/**
 * The geometry that a lattice's sheet carries; undefined for sheets of other machines and of large lattices. A sheet may
 * come from a board or from an old record: one that makes no sense carries none, and pins without axes hold both.
 */
export function geometryOf(sheet: Pick<DataSheet, 'machine' | 'settings'>): LatticeGeometry | undefined {
  const said = v.safeParse(drawn, sheet.settings)
  if (sheet.machine !== 'lattice' || !said.success) return undefined
  const { name, names, x, y, bonds, pins, pinAxes = [] } = said.output.geometry
  const fits = y.length === x.length && names.length === x.length && bonds.length % 2 === 0
  if (!fits || [...bonds, ...pins].some((node) => node >= x.length)) return undefined
  const axes = pinAxes.length === pins.length ? pinAxes : []
  return {
    name,
    nodes: names.map((label, node) => ({ name: label, x: x[node], y: y[node] })),
    bonds: Array.from({ length: bonds.length / 2 }, (_, bond) => [bonds[2 * bond], bonds[2 * bond + 1]] as const),
    pins: pins.map((node, at) => ({ node, axis: axes[at] ?? 'xy' })),
  }
}

/** Whether a sheet says which axes its pins hold. */
export function saysPinAxes({ settings }: Pick<DataSheet, 'settings'>): boolean {
  const said = v.safeParse(drawn, settings)
  return said.success && said.output.geometry.pinAxes?.length === said.output.geometry.pins.length
}
