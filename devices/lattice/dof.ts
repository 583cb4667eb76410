import { InsituError } from '../../src/errors.ts'

/** One force input or displacement output: a node and an axis, written '11.y'. */
export interface Dof {
  readonly node: string
  readonly axis: 'x' | 'y'
}

/** What a pin holds: one axis or both. */
export type PinAxis = 'x' | 'y' | 'xy'

/** Reads '11.y'; the axis is what follows the last dot, so 'left.top.x' is axis x of node 'left.top'. */
export function parseDof(text: string): Dof {
  const { node, axis } = split(text)
  if (node !== '' && (axis === 'x' || axis === 'y')) return { node, axis }
  throw new InsituError('CONFIG', `a force or displacement must be written node.x or node.y, got "${text}"`, {
    hint: 'for example 11.y is the vertical axis of node 11',
  })
}

export function formatDof({ node, axis }: Dof): string {
  return `${node}.${axis}`
}

/**
 * Reads a pin: 'c' holds node c along both axes, 'c.x' or 'c.y' along one, and 'c.xy' is 'c' in full.
 * A name that ends like an axis ('c.y' beside a node 'c') is the axis; node 'c.y' is then pinned as 'c.y.xy'.
 */
export function parsePin(
  text: string,
  isNode: (name: string) => boolean,
): { readonly node: string; readonly axis: PinAxis } {
  const { node, axis } = split(text)
  if ((axis === 'x' || axis === 'y' || axis === 'xy') && (isNode(node) || !isNode(text))) return { node, axis }
  return { node: text, axis: 'xy' }
}

/** The shortest text that `parsePin` reads as this pin. */
export function formatPin(node: string, axis: PinAxis, isNode: (name: string) => boolean): string {
  if (axis !== 'xy') return `${node}.${axis}`
  const read = parsePin(node, isNode)
  return read.node === node && read.axis === 'xy' ? node : `${node}.xy`
}

function split(text: string): { readonly node: string; readonly axis: string } {
  const dot = text.lastIndexOf('.')
  return dot < 0 ? { node: '', axis: '' } : { node: text.slice(0, dot), axis: text.slice(dot + 1) }
}
