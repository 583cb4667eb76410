import { type LinearReadoutSpec, linearReadoutLayers } from '../../devices/linear-readout.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Block, Code, Family, Track } from '../../src/contract/block.ts'
import { type DataSheet, paramCount, safeTheta } from '../../src/contract/sheet.ts'
import { exp } from '../../src/kernels/exp.ts'
import { type Product, product } from '../../src/kernels/product.ts'
import type { Curve } from '../../src/twins/surrogate.ts'
import type { CodedBody, Taps } from '../body.ts'
import { DeltaRows } from '../delta-rows.ts'
import { joined } from '../state.ts'

const CURVES: { readonly [C in Curve]: (z: number) => number } = {
  sigmoid: (z) => 1 / (1 + exp(-z)),
  tanh: (z) => 2 / (1 + exp(-2 * z)) - 1,
  relu: (z) => Math.max(0, z),
  linear: (z) => z,
}

/** The two products of one number of rows. */
interface Passes {
  readonly rows: number
  readonly first: Product
  readonly second: Product
}

/** The arithmetic of a net with a linear readout: y = p^-1/2 psi(x w) beta, rows at once. */
export class LinearReadoutBody implements CodedBody {
  readonly sheet: DataSheet
  readonly families: readonly Family[]
  readonly theta: Float64Array
  readonly taps: Taps
  readonly #layers: ReturnType<typeof linearReadoutLayers>
  readonly #curve: (z: number) => number
  readonly #rows: DeltaRows
  readonly #moved: Float64Array
  #passes: Passes | undefined
  #slot = 0

  constructor(spec: LinearReadoutSpec, sheet: DataSheet) {
    this.sheet = sheet
    this.#layers = linearReadoutLayers(spec)
    this.#curve = CURVES[spec.activation]
    this.#rows = new DeltaRows(sheet)
    this.families = this.#rows.families
    this.theta = new Float64Array(paramCount(sheet))
    this.#moved = new Float64Array(this.theta.length)
    const { min, max } = sheet.sense
    const layer = { width: spec.hidden, unit: '1', min, max, step: 0, noise: 0 }
    this.taps = { layers: [layer], run: (block, into, taps) => this.#run(block, into, taps) }
    this.store(safeTheta(sheet))
  }

  store(theta: Float64Array): void {
    this.theta.set(theta)
  }

  run(block: Block, into: Float64Array): Receipt {
    return this.#run(block, into, new Float64Array(block.slots * this.#layers[0].outputs))
  }

  apply(code: Code, coefficients: Float64Array): number {
    return this.#rows.apply(code, coefficients, this.theta)
  }

  save(): Float64Array {
    return joined([this.#slot], this.theta)
  }

  load(state: Float64Array): void {
    this.#slot = state[0]
    this.theta.set(state.subarray(1))
  }

  #run({ slots, drive, delta }: Block, into: Float64Array, taps: Float64Array): Receipt {
    const startedAt = this.#slot * this.sheet.slotSeconds
    const rows = expanded(drive, slots, this.sheet.drive.width)
    if (delta === undefined) this.#pass(this.theta, rows, 0, slots, into, taps)
    else
      for (let row = 0; row * delta.hold < slots; row++) {
        this.#rows.fill(delta, row, this.#moved)
        for (let i = 0; i < this.theta.length; i++) this.#moved[i] += this.theta[i]
        this.#pass(this.#moved, rows, row * delta.hold, Math.min((row + 1) * delta.hold, slots), into, taps)
      }
    this.#slot += slots
    const endedAt = this.#slot * this.sheet.slotSeconds
    return { slots, clipped: 0, retries: 0, saturated: 0, startedAt, endedAt }
  }

  /** Slots `from` to `to` with these parameters. */
  #pass(theta: Float64Array, rows: Float64Array, from: number, to: number, into: Float64Array, taps: Float64Array) {
    const [one, two] = this.#layers
    const part = (all: Float64Array, width: number) => all.subarray(from * width, to * width)
    const { first, second } = this.#passesFor(to - from)
    const [hidden, out] = [part(taps, one.outputs), part(into, two.outputs)]
    first(part(rows, one.inputs), theta.subarray(0, two.w), hidden)
    const curve = this.#curve
    for (let i = 0; i < hidden.length; i++) hidden[i] = curve(hidden[i])
    second(hidden, theta.subarray(two.w), out)
    const { gain = 1 } = two
    for (let i = 0; i < out.length; i++) out[i] *= gain
  }

  #passesFor(rows: number): Passes {
    if (this.#passes?.rows === rows) return this.#passes
    const [one, two] = this.#layers
    const first = product({ m: rows, k: one.inputs, n: one.outputs })
    this.#passes = { rows, first, second: product({ m: rows, k: two.inputs, n: two.outputs }) }
    return this.#passes
  }
}

/** One row of the drive for every slot. */
function expanded({ data, hold }: Track, slots: number, width: number): Float64Array {
  if (hold === 1) return data
  const rows = new Float64Array(slots * width)
  for (let t = 0; t < slots; t++) {
    const from = Math.floor(t / hold) * width
    rows.set(data.subarray(from, from + width), t * width)
  }
  return rows
}
