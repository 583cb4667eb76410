import { expTables } from './exp.ts'
import { loadKernel } from './module.ts'
import { perceptronWasm } from './wasm/perceptron.ts'

/** A network for the kernel: layer sizes, activation, and four constants per neuron (scale, slope, shift, lift). */
export interface PerceptronShape {
  readonly layers: readonly { readonly inputs: number; readonly outputs: number }[]
  readonly activation: 'sigmoid' | 'tanh' | 'relu'
  readonly constants: readonly [Float64Array, Float64Array, Float64Array, Float64Array]
  /** What a pass gives of every slot: the outputs of the last layer (default), or those of all layers one after the other. */
  readonly reads?: 'outputs' | 'neurons'
}

type Held = (...numbers: number[]) => void

interface Exports {
  readonly held: Held
  readonly signs: Held
}

/** The two inner loops of a perceptron, whoever runs them. */
export interface PerceptronKernel {
  /** Slots `from` to `to` of a block under constant weights (all weights, then all biases). */
  held(
    weights: Float64Array,
    from: number,
    to: number,
    drive: Float64Array,
    driveHold: number,
    into: Float64Array,
  ): void
  /**
   * A whole block under signs: row r holds for `hold` slots and has `ceil(P / 32)` words of bits; parameter i takes
   * `pairs[2 i]` where its bit is 0 and `pairs[2 i + 1]` where it is 1.
   */
  signs(
    pairs: Float64Array,
    words: Uint32Array,
    hold: number,
    slots: number,
    drive: Float64Array,
    driveHold: number,
    into: Float64Array,
  ): void
}

const KINDS = { sigmoid: 0, tanh: 1, relu: 2 } as const
/** Free bytes after every array, so that the last neurons of a layer can be loaded in whole vectors. */
const GUARD = 64
/** Below this address the module may keep data of its own. */
const BASE = 4096

/** Places arrays one after the other. */
function arena() {
  let end = BASE
  return {
    take(bytes: number): number {
      const at = end
      end = Math.ceil((at + bytes + GUARD) / 16) * 16
      return at
    },
    get end(): number {
      return end
    },
  }
}

/**
 * The inner loops of a simulated perceptron chip in WebAssembly SIMD, two neurons at a time; for nets too large for
 * generated code. Bit-equal to `sim/chip/forward.ts`.
 */
export function perceptronKernel(shape: PerceptronShape): PerceptronKernel {
  const { layers, constants } = shape
  const all = shape.reads === 'neurons'
  const inputs = layers[0].inputs
  const outputs = all ? layers.reduce((sum, layer) => sum + layer.outputs, 0) : layers[layers.length - 1].outputs
  const count = layers.reduce((sum, layer) => sum + (layer.inputs + 1) * layer.outputs, 0)
  const words = Math.ceil(count / 32)
  const stride = constants[0].byteLength
  const kernel = loadKernel<Exports>(perceptronWasm)
  const fixed = arena()
  const net = fixed.take(16 + 8 * layers.length)
  const fractions = fixed.take(64 * 8)
  const values = fixed.take(4 * stride)
  const weights = fixed.take(count * 8)
  const pairs = fixed.take(2 * count * 8)
  const half = Math.max(...layers.map((layer) => layer.outputs)) * 8 + GUARD
  const scratch = fixed.take(2 * half)
  const block = fixed.end
  kernel.reserve(block)
  kernel.u32.set(
    [KINDS[shape.activation], layers.length, stride, all ? 1 : 0, ...layers.flatMap((l) => [l.inputs, l.outputs])],
    net / 4,
  )
  kernel.f64.set(expTables().fractions, fractions / 8)
  for (let c = 0; c < 4; c++) kernel.f64.set(constants[c], (values + c * stride) / 8)

  /** Copies the drive rows of slots `from` to `to` in; returns where the readings go and the bytes in use. */
  const place = (drive: Float64Array, slots: number, extra: number) => {
    const readings = block + drive.byteLength + GUARD
    const after = readings + slots * outputs * 8 + GUARD
    kernel.reserve(after + extra + GUARD)
    kernel.f64.set(drive, block / 8)
    return { readings, after }
  }
  return {
    held(given, from, to, drive, driveHold, into) {
      const first = Math.floor(from / driveHold)
      const rows = drive.subarray(first * inputs, (Math.floor((to - 1) / driveHold) + 1) * inputs)
      const shift = first * driveHold
      const { readings } = place(rows, to - shift, 0)
      kernel.f64.set(given, weights / 8)
      kernel.exports.held(
        net,
        values,
        fractions,
        weights,
        from - shift,
        to - shift,
        block,
        driveHold,
        inputs,
        readings,
        outputs,
        scratch,
        half,
      )
      const start = readings / 8 + (from - shift) * outputs
      into.set(kernel.f64.subarray(start, start + (to - from) * outputs), from * outputs)
    },
    signs(given, bits, hold, slots, drive, driveHold, into) {
      const rows = Math.ceil(slots / hold) * words
      const { readings, after } = place(drive, slots, rows * 4)
      kernel.f64.set(given, pairs / 8)
      kernel.u32.set(bits.subarray(0, rows), after / 4)
      kernel.exports.signs(
        net,
        values,
        fractions,
        weights,
        count,
        pairs,
        after,
        words,
        hold,
        slots,
        block,
        driveHold,
        inputs,
        readings,
        outputs,
        scratch,
        half,
      )
      into.set(kernel.f64.subarray(readings / 8, readings / 8 + slots * outputs))
    },
  }
}
