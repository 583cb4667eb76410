import { InsituError } from '../../src/errors.ts'
import type { Frame } from './topology.ts'

/** Names in one message. */
const MOST = 6
/** A node belongs to the mechanism if it moves by this share of the node that moves most. */
const MOVES = 1e-3

/** `MECHANISM`, naming the nodes that `mode` (2 numbers per node) moves while every bond keeps its length to within 1e-5. */
export function loose({ names }: Frame, mode: Float64Array): InsituError {
  const moves = names.map((name, n) => ({ name, by: Math.hypot(mode[2 * n], mode[2 * n + 1]) }))
  const most = moves.reduce((top, { by }) => Math.max(top, by), 0)
  const moving = moves.filter(({ by }) => by > MOVES * most).sort((a, b) => b.by - a.by)
  const shown = moving.slice(0, MOST).map(({ name }) => name)
  const rest = moving.length - shown.length
  const list = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return new InsituError(
    'MECHANISM',
    `lattice of ${names.length} nodes is not rigid: ${moving.length === 1 ? 'node' : 'nodes'} ${list} can move and hardly stretch a bond`,
    { device: 'lattice', hint: 'add a bond across the loose part, pin one of these nodes, or mend the broken bond' },
  )
}
