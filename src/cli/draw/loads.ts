import { formatDof, parseDof } from '../../../devices/lattice/index.ts'
import { InsituError } from '../../errors.ts'
import type { NamedPicture, PicturePort } from '../../report/lattice.ts'
import { quantity } from '../../units/index.ts'

/** The picture with loads given as '11.y=-49mN' on its inputs; a load elsewhere is a further input. */
export async function withLoads(picture: NamedPicture, words: readonly string[]): Promise<NamedPicture> {
  const inputs = new Map<string, PicturePort>()
  const key = ({ node, axis }: PicturePort) => `${node}.${axis}`
  for (const input of picture.inputs ?? []) inputs.set(key(input), input)
  for (const word of words) {
    // Names may hold an equals sign, forces do not.
    const cut = word.lastIndexOf('=')
    if (cut < 1) throw new InsituError('CONFIG', `--load takes node.axis=force, e.g. 11.y=-49mN, got "${word}"`)
    const dof = parseDof(word.slice(0, cut))
    const node = picture.names?.indexOf(dof.node) ?? -1
    if (node < 0) {
      throw new InsituError('CONFIG', `--load ${word}: lattice ${picture.name} has no node "${dof.node}"`, {
        hint: `its nodes are ${picture.names?.slice(0, 8).join(', ')}, ...`,
      })
    }
    const load = await quantity(word.slice(cut + 1), 'N', { name: `load on ${formatDof(dof)}` })
    inputs.set(key({ node, axis: dof.axis }), { node, axis: dof.axis, load })
  }
  return { ...picture, inputs: [...inputs.values()] }
}
