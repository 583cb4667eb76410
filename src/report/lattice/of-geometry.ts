import type { NamedPicture, PicturePort } from './picture.ts'

/** A lattice's drawing, as `devices/lattice` makes it. */
export interface DrawnGeometry {
  readonly name: string
  /** Coordinates in m, y upwards. */
  readonly nodes: readonly { readonly name: string; readonly x: number; readonly y: number }[]
  readonly bonds: readonly (readonly [number, number])[]
  readonly pins: readonly { readonly node: number }[]
}

/** The undeformed, uncoloured picture of a geometry, with ports written '11.y'; those it does not have are left out. */
export function pictureOfGeometry(
  { name, nodes, bonds, pins }: DrawnGeometry,
  inputs: readonly string[],
  outputs: readonly string[],
): NamedPicture {
  const names = nodes.map((node) => node.name)
  return {
    name,
    names,
    x: nodes.map(({ x }) => x),
    y: nodes.map(({ y }) => y),
    bonds: bonds.flat(),
    // A node may be pinned along each axis by itself.
    pins: [...new Set(pins.map(({ node }) => node))],
    inputs: portsOf(names, inputs),
    outputs: portsOf(names, outputs),
  }
}

/** Ports written '11.y'; those whose node or axis is not known are left out. */
export function portsOf(names: readonly string[], texts: readonly string[]): PicturePort[] {
  const byName = new Map(names.map((name, node) => [name, node]))
  return texts.flatMap((text) => {
    const dot = text.lastIndexOf('.')
    const node = byName.get(text.slice(0, Math.max(0, dot)))
    const axis = text.slice(dot + 1)
    return node !== undefined && (axis === 'x' || axis === 'y') ? [{ node, axis }] : []
  })
}
