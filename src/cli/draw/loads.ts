import { isPinned, noSuchNode } from '../../../devices/lattice/geometry.ts'
import { type Dof, formatDof, type LatticeGeometry, parseDof } from '../../../devices/lattice/index.ts'
import { InsituError } from '../../errors.ts'
import type { NamedPicture, PicturePort } from '../../report/lattice.ts'
import { quantity } from '../../units/index.ts'

/** A force on a node along an axis, N. */
export interface Load extends Required<PicturePort> {
  readonly dof: Dof
}

/** Reads forces given as '11.y=-49mN'; `option` names them in messages. Throws `CONFIG` and `UNITS`. */
export async function readLoads(
  words: readonly string[],
  geometry: LatticeGeometry,
  option: '--load' | '--adjoint',
): Promise<readonly Load[]> {
  const loads: Load[] = []
  for (const word of words) {
    const refuse = (why: string, hint?: string) =>
      new InsituError('CONFIG', `${option} ${word}: ${why}`, hint === undefined ? {} : { hint })
    // Names may hold an equals sign, forces do not.
    const cut = word.lastIndexOf('=')
    if (cut < 1) throw new InsituError('CONFIG', `${option} takes node.axis=force, e.g. 11.y=-49mN, got "${word}"`)
    const dof = parseDof(word.slice(0, cut))
    const { axis } = dof
    const node = geometry.nodes.findIndex(({ name }) => name === dof.node)
    if (node < 0) throw refuse(`lattice ${geometry.name}: ${noSuchNode(dof.node, geometry.nodes)}`)
    if (isPinned(geometry, node, axis))
      throw refuse(`node ${dof.node} is pinned along ${axis}, so no force can move it`, 'take a free node or axis')
    if (loads.some((other) => other.node === node && other.axis === axis))
      throw refuse(`there is another force on ${formatDof(dof)}; keep one`)
    const load = await quantity(word.slice(cut + 1), 'N', { name: `${option.slice(2)} on ${formatDof(dof)}` })
    loads.push({ dof, node, axis, load })
  }
  return loads
}

/** The picture with its loads, which take the place of the inputs, and rings where adjoint loads pull. */
export function withLoads(picture: NamedPicture, loads: readonly Load[], adjoint: readonly Load[] = []): NamedPicture {
  // An arrow without a load beside loads would look like one.
  const inputs = loads.length === 0 ? picture.inputs : loads
  return { ...picture, ...(inputs !== undefined && { inputs }), outputs: joined(picture.outputs, adjoint.map(plain)) }
}

function joined(ports: readonly PicturePort[] = [], more: readonly PicturePort[]): readonly PicturePort[] {
  const all = new Map<string, PicturePort>()
  for (const port of [...ports, ...more]) all.set(`${port.node}.${port.axis}`, port)
  return [...all.values()]
}

function plain({ node, axis }: Load): PicturePort {
  return { node, axis }
}
