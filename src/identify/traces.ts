import { InsituError } from '../errors.ts'

/** What was recorded of a network of coupled units, at even times. */
export interface Traces {
  readonly samples: number
  readonly nodes: number
  /** Components of the state of one unit; all of them are recorded. */
  readonly dimensions: number
  /** Time between two samples, in the unit of time that the answer is wanted in. */
  readonly dt: number
  /** Samples in order, in each the nodes in order, in each the components: `data[(t * nodes + i) * dimensions + d]`. */
  readonly data: Float64Array
  /** What the nodes are called in messages; their numbers from 0 by default. */
  readonly names?: readonly string[]
  /** What the components are called; x, y, z, or x1, x2, ... by default. */
  readonly components?: readonly string[]
}

/** One or more stretches of traces of the same units, checked. */
export interface Recording {
  readonly nodes: number
  readonly dimensions: number
  readonly dt: number
  readonly stretches: readonly Float64Array[]
  /** Samples of all stretches together. */
  readonly samples: number
  readonly names: readonly string[]
  readonly components: readonly string[]
}

/**
 * Checks traces and puts them together.
 *
 * Throws `SHAPE` for lengths that do not match, `CONFIG` for a time step that is not positive, `NOT_FINITE` for a sample that is no
 * number, naming its stretch, time, node and component.
 */
export function recording(given: Traces | readonly Traces[]): Recording {
  const list: readonly Traces[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw new InsituError('CONFIG', 'network: no traces, wanted one stretch or more')
  const { nodes, dimensions, dt } = list[0]
  if (!(dt > 0 && Number.isFinite(dt))) throw new InsituError('CONFIG', `network: dt is ${dt}, wanted a time above 0`)
  if (!(Number.isInteger(nodes) && nodes >= 2 && Number.isInteger(dimensions) && dimensions >= 1)) {
    throw new InsituError(
      'SHAPE',
      `network: ${nodes} nodes of ${dimensions} components, wanted 2 nodes or more of 1 or more`,
    )
  }
  const names = named(list[0].names, nodes, 'names', (i) => String(i))
  const letters = dimensions <= 3 ? ['x', 'y', 'z'] : []
  const components = named(list[0].components, dimensions, 'components', (d) => letters[d] ?? `x${d + 1}`)
  for (const [s, one] of list.entries()) check(one, list[0], s, names, components)
  const stretches = list.map(({ data }) => data)
  return {
    nodes,
    dimensions,
    dt,
    stretches,
    samples: list.reduce((sum, one) => sum + one.samples, 0),
    names,
    components,
  }
}

function check(
  one: Traces,
  first: Traces,
  stretch: number,
  names: readonly string[],
  components: readonly string[],
): void {
  const { samples, nodes, dimensions, dt, data } = one
  if (nodes !== first.nodes || dimensions !== first.dimensions || dt !== first.dt) {
    throw new InsituError(
      'SHAPE',
      `network: stretch ${stretch} has ${nodes} nodes of ${dimensions} components every ${dt}, the first has ${first.nodes} of ${first.dimensions} every ${first.dt}`,
    )
  }
  const wanted = samples * nodes * dimensions
  if (data.length !== wanted) {
    throw new InsituError(
      'SHAPE',
      `network: ${samples} samples of ${nodes} nodes with ${dimensions} components are ${wanted} numbers, got ${data.length}`,
    )
  }
  const bad = data.findIndex((value) => !Number.isFinite(value))
  if (bad < 0) return
  const [d, i] = [bad % dimensions, Math.floor(bad / dimensions) % nodes]
  const t = Math.floor(bad / (dimensions * nodes))
  throw new InsituError(
    'NOT_FINITE',
    `network: sample ${t} of stretch ${stretch} is ${data[bad]} at node ${names[i]}, component ${components[d]}`,
    { hint: 'cut the traces into stretches around missing samples' },
  )
}

function named(
  given: readonly string[] | undefined,
  count: number,
  what: string,
  otherwise: (index: number) => string,
): readonly string[] {
  if (given === undefined) return Array.from({ length: count }, (_, i) => otherwise(i))
  if (given.length === count) return given
  throw new InsituError('SHAPE', `network: ${given.length} ${what} for ${count}`)
}
