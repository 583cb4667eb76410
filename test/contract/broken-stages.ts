import type { Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import type { Readings } from '../../src/contract/sheet.ts'
import { Stages, type StagesOptions, TAPS } from './stages.ts'

/** Stages whose facet `taps` breaks the contract in one way each. */

/** Changes what a machine says of one layer, not what it does. */
function restated(machine: Stages, layer: number, change: Partial<Readings>): Stages {
  const layers = machine.taps.layers.map((port, n) => (n === layer ? { ...port, ...change } : port))
  Object.assign(machine.taps, { layers })
  return machine
}

/** Stages of which `run` is changed for readings between layers alone. */
abstract class Reading extends Stages {
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    const receipt = super.run(block, into, taps)
    if (taps !== undefined) this.spoil(block, into, taps)
    return receipt
  }
  protected abstract spoil(block: Block, into: Float64Array, taps: Float64Array): void
}

/** Leaves the outputs unwritten when it is read between layers. */
export class OutputsForgotten extends Stages {
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    return super.run(block, taps === undefined ? into : new Float64Array(into.length), taps)
  }
}

/** Reads the first layer only. */
export class OneLayer extends Reading {
  readonly #unread = new WeakMap<Float64Array, Float64Array>()
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    if (taps !== undefined) this.#unread.set(taps, taps.slice())
    return super.run(block, into, taps)
  }
  protected override spoil({ slots }: Block, _into: Float64Array, taps: Float64Array): void {
    const unread = this.#unread.get(taps) as Float64Array
    for (let t = 0; t < slots; t++) for (let i = 3; i < TAPS; i++) taps[t * TAPS + i] = unread[t * TAPS + i]
  }
}

/** Writes one reading too many into the caller's memory. */
export class Spill extends Reading {
  protected override spoil(_block: Block, _into: Float64Array, taps: Float64Array): void {
    const memory = new Float64Array(taps.buffer)
    const beyond = taps.byteOffset / 8 + taps.length
    if (beyond < memory.length) memory[beyond] = 0
  }
}

/** Its probes load what they touch. */
export class Disturbing extends Reading {
  protected override spoil(_block: Block, into: Float64Array): void {
    for (let i = 0; i < into.length; i++) into[i] += 2 ** -17
  }
}

/** Its probes leave a charge behind. */
export class Charging extends Stages {
  #charge = 0
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    const receipt = super.run(block, into, taps)
    for (let i = 0; i < into.length; i++) into[i] += this.#charge
    this.#charge = taps === undefined ? 0 : 2 ** -17
    return receipt
  }
}

/** Its second layer is read before anything is driven. */
export class DeafLayer extends Reading {
  protected override spoil({ slots }: Block, _into: Float64Array, taps: Float64Array): void {
    for (let t = 0; t < slots; t++) taps.fill(0, t * TAPS + 3, (t + 1) * TAPS)
  }
}

/** Gives the inputs where the signals between the stages are wanted. */
export class InputsOnly extends Reading {
  protected override spoil({ slots, drive }: Block, _into: Float64Array, taps: Float64Array): void {
    for (let t = 0; t < slots; t++) taps.fill(drive.data[Math.floor(t / drive.hold) * 2], t * TAPS, (t + 1) * TAPS)
  }
}

/** Its probes find nothing at all in the second layer. */
export class Blind extends Reading {
  protected override spoil({ slots }: Block, _into: Float64Array, taps: Float64Array): void {
    for (let t = 0; t < slots; t++) taps.fill(Number.NaN, t * TAPS + 3, (t + 1) * TAPS)
  }
}

/** Reads its second layer beyond the range it states. */
export const narrow = () => restated(new Stages(), 1, { min: -1e-6, max: 1e-6 })

/** Reads its first layer finer than it says. */
export const fine = () => restated(new Stages({ stepped: true }), 0, { step: 2 ** -6 })

/** Says that the readings of its second layer are free of noise. */
export const loud = () => restated(new Stages({ noise: 1e-3 }), 1, { noise: 0 })

/** Says that the readings of its first layer are noisier than they are. */
export const quiet = () => restated(new Stages({ noise: 1e-3 }), 0, { noise: 2e-3 })

/** Reads between layers without the perturbation. */
export class Unperturbed extends Stages {
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    if (taps === undefined) return super.run(block, into)
    const { delta: _, ...plain } = block
    const slot = this.slot
    super.run(plain, new Float64Array(into.length), taps)
    this.slot = slot
    return super.run(block, into)
  }
}

/** Takes the sign bits the wrong way round for its probes. */
export class Mirrored extends Stages {
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    const { delta } = block
    if (taps === undefined || delta?.kind !== 'signs') return super.run(block, into, taps)
    const slot = this.slot
    super.run(
      { ...block, delta: { ...delta, bits: delta.bits.map((bits) => ~bits) } },
      new Float64Array(into.length),
      taps,
    )
    this.slot = slot
    return super.run(block, into)
  }
}

/** Its probes see a new row of the drive every slot as long as rows last. */
export class IgnoresHold extends Stages {
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    const { drive, slots } = block
    if (taps === undefined || drive.hold === 1) return super.run(block, into, taps)
    const last = drive.data.length / 2 - 1
    const data = Float64Array.from({ length: 2 * slots }, (_, n) => drive.data[2 * Math.min(n >> 1, last) + (n & 1)])
    const slot = this.slot
    super.run({ ...block, drive: { kind: 'track', data, hold: 1 } }, new Float64Array(into.length), taps)
    this.slot = slot
    return super.run(block, into)
  }
}

/** Takes all readings between the layers of a block in its first slot. */
export class OneShot extends Reading {
  protected override spoil({ slots }: Block, _into: Float64Array, taps: Float64Array): void {
    for (let t = 1; t < slots; t++) taps.copyWithin(t * TAPS, 0, TAPS)
  }
}

/** Its probes settle in the first slot of every block. */
export class Settling extends Reading {
  protected override spoil(_block: Block, _into: Float64Array, taps: Float64Array): void {
    for (let i = 0; i < TAPS; i++) taps[i] /= 2
  }
}

/** Its probes have room for eight slots. */
export class ShortMemory extends Reading {
  protected override spoil(block: Block, _into: Float64Array, taps: Float64Array): void {
    if (block.delta?.kind === 'signs' && block.delta.hold > 1) taps.fill(Number.NaN, 8 * TAPS)
  }
}

/** Its probes are charged by every slot they read, and a snapshot forgets by how much. */
export class Forgetful extends Stages {
  #charge = 0
  protected override run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    const receipt = super.run(block, into, taps)
    if (taps === undefined) return receipt
    for (let t = 0; t < block.slots; t++, this.#charge++)
      for (let i = 0; i < TAPS; i++) taps[t * TAPS + i] += this.#charge * 2 ** -30
    return receipt
  }
}

/** Goes on reading between layers when it is told to abort. */
export class Stubborn extends Stages {
  constructor(options: StagesOptions = {}) {
    super({ delay: 4, ...options })
  }
  protected override exchange(...[block, into, taps, opts]: Parameters<Stages['exchange']>): Promise<Receipt> {
    return super.exchange(block, into, taps, taps === undefined ? opts : {})
  }
}

/** What an aborted block had read between layers is taken for what the next one reads. */
export class LateReadings extends Stages {
  #stray: Float64Array | undefined
  constructor(options: StagesOptions = {}) {
    super({ delay: 4, ...options })
  }
  protected override async exchange(...call: Parameters<Stages['exchange']>): Promise<Receipt> {
    const [block, into, taps] = call
    try {
      const receipt = await super.exchange(...call)
      if (taps !== undefined && this.#stray !== undefined) {
        taps.set(this.#stray.subarray(0, taps.length))
        this.#stray = undefined
      }
      return receipt
    } catch (error) {
      if (taps !== undefined) {
        this.#stray = taps.slice()
        this.run(block, new Float64Array(into.length), this.#stray)
      }
      throw error
    }
  }
}
