import { expected, slopes } from './ask.ts'
import { type Measured, type Twin, type TwinPoint, twinParameterCount } from './twin.ts'

export interface ChainTwinOptions {
  /**
   * Readings inside each of the two machines that the chain offers beside the joint; by default as many as the twins ask for. A twin
   * gets its own only where both numbers agree.
   */
  readonly inner?: { readonly a?: number; readonly b?: number }
}

/**
 * The twin of two machines in a row (`chain`), made of the twins of each: theta and parameters of its own are those of `a` and then
 * those of `b`, named behind "a." and "b.".
 *
 * Its `vjp` hands the cotangent across the link: what the readings of `b` want of its drive is what the readings of `a` are wanted to do.
 * Both halves are taken at the joint as it was measured, by the taps of the chain; a row of it that was not measured is worked out.
 */
export function chainTwin(a: Twin, b: Twin, options: ChainTwinOptions = {}): Twin {
  const joint = a.width.sense
  const inner = { a: options.inner?.a ?? tapsOf(a), b: options.inner?.b ?? tapsOf(b) }
  const width = inner.a + joint + inner.b
  const [theta, own] = [a.width.theta, twinParameterCount(a)]
  const first = ({ drive, rows, ...point }: TwinPoint): TwinPoint => ({
    ...{ drive, rows },
    theta: point.theta.subarray(0, theta),
    parameters: point.parameters.subarray(0, own),
  })
  const second = (point: TwinPoint, drive: Float64Array): TwinPoint => ({
    ...{ drive, rows: point.rows },
    theta: point.theta.subarray(theta),
    parameters: point.parameters.subarray(own),
  })
  /** The joint as measured; where it was not, as it should be. */
  const between = async (point: TwinPoint, state: Float64Array | undefined) => {
    if (state === undefined) return expected(a, first(point))
    const rows = columns(state, point.rows, width, inner.a, joint)
    if (rows.every(Number.isFinite)) return rows
    const believed = await expected(a, first(point))
    for (let r = 0; r < point.rows; r++) {
      const row = rows.subarray(r * joint, (r + 1) * joint)
      if (!row.every(Number.isFinite)) row.set(believed.subarray(r * joint, (r + 1) * joint))
    }
    return rows
  }
  /** What was measured at one half, with its inner readings where its twin asks for just those. */
  const at = (
    twin: Twin,
    sense: Float64Array,
    state: Float64Array | undefined,
    from: number,
    count: number,
  ): Measured =>
    state === undefined || count === 0 || count !== tapsOf(twin)
      ? { sense }
      : { sense, state: columns(state, sense.length / twin.width.sense, width, from, count) }
  return {
    name: `${a.name} > ${b.name}`,
    width: { theta: theta + b.width.theta, drive: a.width.drive, sense: b.width.sense },
    banks: [
      ...a.banks.map((bank) => ({ ...bank, name: `a.${bank.name}` })),
      ...b.banks.map((bank) => ({ ...bank, name: `b.${bank.name}` })),
    ],
    state: { facet: 'taps', width },
    async forward(point, sense) {
      sense.set(await expected(b, second(point, await expected(a, first(point)))))
    },
    async vjp(point, { sense, state }, cotangent, into) {
      const middle = await between(point, state)
      const across = new Float64Array(middle.length)
      await slopes(b, second(point, middle), at(b, sense, state, inner.a + joint, inner.b), cotangent, {
        drive: across,
        ...(into.theta && { theta: into.theta.subarray(theta) }),
        ...(into.parameters && { parameters: into.parameters.subarray(own) }),
      })
      await slopes(a, first(point), at(a, middle, state, 0, inner.a), across, {
        ...(into.theta && { theta: into.theta.subarray(0, theta) }),
        ...(into.drive && { drive: into.drive }),
        ...(into.parameters && { parameters: into.parameters.subarray(0, own) }),
      })
    },
  }
}

/** Readings between its layers that a twin asks for. */
function tapsOf({ state }: Twin): number {
  return state?.facet === 'taps' ? state.width : 0
}

/** Some columns of a table. */
function columns(table: Float64Array, rows: number, width: number, from: number, count: number): Float64Array {
  const part = new Float64Array(rows * count)
  for (let r = 0; r < rows; r++) part.set(table.subarray(r * width + from, r * width + from + count), r * count)
  return part
}
