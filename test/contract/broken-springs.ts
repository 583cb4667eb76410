import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { LoadedBlock } from '../../src/contract/block.ts'
import type { Readings } from '../../src/contract/sheet.ts'
import { pause } from '../../src/testing/laws/order.ts'
import { SPRINGS, Springs, type SpringsOptions } from './springs.ts'

/** Springs whose facets `local` and `adjoint` break the contract in one way each. */

/** Changes what a machine says of its local readings, not what it does. */
function restated(machine: Springs, local: Partial<Readings>): Springs {
  Object.assign(machine.local, { sense: { ...machine.local.sense, ...local } })
  return machine
}

/** Springs of which `run` is changed for local readings alone. */
abstract class Reading extends Springs {
  protected override run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    const receipt = super.run(block, into, local)
    if (local !== undefined) this.spoil(block, into, local)
    return receipt
  }
  protected abstract spoil(block: LoadedBlock, into: Float64Array, local: Float64Array): void
}

/** Leaves the outputs unwritten when local readings are asked for. */
export class OutputsForgotten extends Springs {
  protected override run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    return super.run(block, local === undefined ? into : new Float64Array(into.length), local)
  }
}

/** Writes one local reading too many into the caller's memory. */
export class LocalSpill extends Reading {
  protected override spoil(_block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    const memory = new Float64Array(local.buffer)
    const beyond = local.byteOffset / 8 + local.length
    if (beyond < memory.length) memory[beyond] = 0
  }
}

/** Its cameras disturb what the outputs read. */
export class Disturbing extends Reading {
  protected override spoil(_block: LoadedBlock, into: Float64Array): void {
    for (let i = 0; i < into.length; i++) into[i] += 2 ** -17
  }
}

/** Takes local readings without the load that is held. */
export class LoadForgotten extends Springs {
  constructor(options?: SpringsOptions) {
    super(options)
    const { read } = this.local
    Object.assign(this.local, {
      read: ({ load: _, ...block }: LoadedBlock, ...rest: [Float64Array, Float64Array]) => read(block, ...rest),
    })
  }
}

/** Gives the same local readings whatever happens: those of a machine at rest. */
export class DeafGauges extends Reading {
  protected override spoil(_block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    local.fill(2 ** -10)
  }
}

/** Reads local quantities beyond the range it states. */
export const narrowGauges = () => restated(new Springs(), { min: -1e-5, max: 1e-5 })

/** Says that its local readings are free of noise. */
export const loudGauges = () => restated(new Springs({ noise: 4e-6 }), { noise: 0 })

/** Says that its local readings are noisier than they are. */
export const quietGauges = () => restated(new Springs({ noise: 4e-6 }), { noise: 6e-6 })

/** Takes all local readings of a block in its first slot. */
export class OneShot extends Reading {
  protected override spoil(block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    for (let slot = 1; slot < block.slots; slot++) local.copyWithin(slot * SPRINGS, 0, SPRINGS)
  }
}

/** Lists its local readings from the last parameter to the first. */
export class Backwards extends Reading {
  protected override spoil(block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    for (let slot = 0; slot < block.slots; slot++) local.subarray(slot * SPRINGS, (slot + 1) * SPRINGS).reverse()
  }
}

/** Its gauges stretch what they read by 3 %. */
export class Miscalibrated extends Reading {
  protected override spoil(_block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    for (let i = 0; i < local.length; i++) local[i] *= 1.03
  }
}

/** Gives the energy's derivative where the elongation is wanted. */
export class Squared extends Reading {
  protected override spoil(_block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    for (let i = 0; i < local.length; i++) local[i] = (local[i] ** 2 / 2) * 100
  }
}

/** Puts loads on the wrong way round. */
export class Pushes extends Springs {
  protected override forces(block: LoadedBlock, t: number): Float64Array {
    const { load } = block
    if (load === undefined) return super.forces(block, t)
    return super.forces({ ...block, load: { ...load, data: load.data.map((value) => -value) } }, t)
  }
}

/** Its loading frame weighs something by itself. */
export class Heavy extends Springs {
  protected override forces(block: LoadedBlock, t: number): Float64Array {
    const forces = super.forces(block, t)
    if (block.load !== undefined) forces[1] += 2 ** -8
    return forces
  }
}

/** Keeps the last row of a load for the next block. */
export class Sticky extends Springs {
  #left: Float64Array | undefined
  protected override run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    const left = this.#left
    this.#left = block.load?.data.slice(-2)
    const kept = block.load === undefined && left !== undefined
    return super.run(kept ? { ...block, load: { kind: 'track', data: left, hold: block.slots } } : block, into, local)
  }
}

/** Takes a new row of the load every slot as long as rows last. */
export class IgnoresLoadHold extends Springs {
  protected override forces(block: LoadedBlock, t: number): Float64Array {
    const { load } = block
    if (load === undefined || load.hold === 1) return super.forces(block, t)
    const row = 2 * Math.min(t, load.data.length / 2 - 1)
    return super.forces({ ...block, load: { ...load, data: load.data.subarray(row, row + 2), hold: block.slots } }, t)
  }
}

/** Its load needs the first slot of a block to settle. */
export class SlowLoad extends Springs {
  protected override forces(block: LoadedBlock, t: number): Float64Array {
    const { load: _, ...plain } = block
    return super.forces(t === 0 ? plain : block, t)
  }
}

/** Cannot hold all of the load it states. */
export class Weak extends Springs {
  protected override run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    if (block.load?.data.some((value) => Math.abs(value) > 0.75))
      throw new Error('expected less load; saw the fuse blow')
    return super.run(block, into, local)
  }
}

/** Has no loading frame at all and says nothing. */
export class Frameless extends Springs {
  protected override forces({ load: _, ...block }: LoadedBlock, t: number): Float64Array {
    return super.forces(block, t)
  }
}

/** A load on the first output pulls at the second too: no potential has such forces. */
export class OneSided extends Springs {
  constructor(options?: SpringsOptions) {
    super(options)
    // With local readings the law that joins both facets would see it too.
    Object.assign(this, { local: undefined })
  }
  protected override forces(block: LoadedBlock, t: number): Float64Array {
    const { load } = block
    if (load === undefined) return super.forces(block, t)
    const data = load.data.slice()
    for (let i = 0; i < data.length; i += 2) data[i + 1] += 0.25 * data[i]
    return super.forces({ ...block, load: { ...load, data } }, t)
  }
}

/** Holds a load before what was stored last has arrived. */
export class HastyLoad extends Springs {
  #storing: Promise<void> = Promise.resolve()
  override async store(theta: Float64Array, opts?: CallOptions): Promise<void> {
    const values = theta.slice()
    this.#storing = pause(2).then(() => super.store(values, opts))
  }
  override async measure(block: LoadedBlock, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    if (block.load === undefined) await this.#storing
    return super.measure(block, into, opts)
  }
}

/** Its cameras find nothing at all. */
export class Blindfolded extends Reading {
  protected override spoil(_block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    local.fill(Number.NaN)
  }
}

/** Its cameras see only what moves. */
export class SeesMotion extends Reading {
  protected override spoil(block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    const still = block.drive.hold >= block.slots && block.delta === undefined && block.load === undefined
    if (still) local.fill(Number.NaN)
  }
}

/** Its cameras take no picture of blocks of fewer than four slots. */
export class SlowCamera extends Reading {
  protected override spoil(block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    if (block.slots < 4) local.fill(Number.NaN)
  }
}

/** Its cameras have room for eight slots, once perturbations fill the rest of the memory. */
export class ShortFilm extends Reading {
  protected override spoil(block: LoadedBlock, _into: Float64Array, local: Float64Array): void {
    if (block.delta !== undefined && block.load === undefined) local.fill(Number.NaN, 8 * SPRINGS)
  }
}

/** Spreads the rows of a load evenly over the block, also where the last one is cut short. */
export class EvenLoad extends Springs {
  protected override forces(block: LoadedBlock, t: number): Float64Array {
    const { load, slots } = block
    if (load === undefined) return super.forces(block, t)
    const row = 2 * Math.floor((t * load.data.length) / 2 / slots)
    return super.forces({ ...block, load: { ...load, data: load.data.subarray(row, row + 2), hold: slots } }, t)
  }
}

/** Springs that take long enough to be interrupted. */
abstract class Slow extends Springs {
  constructor(options: SpringsOptions = {}) {
    super({ delay: 4, ...options })
  }
}

/** Goes on holding a load when it is told to abort. */
export class StubbornLoad extends Slow {
  protected override exchange(...[block, into, local, opts]: Parameters<Springs['exchange']>): Promise<Receipt> {
    return super.exchange(block, into, local, block.load === undefined ? opts : {})
  }
}

/** Goes on taking local readings when it is told to abort. */
export class StubbornCamera extends Slow {
  protected override exchange(...[block, into, local, opts]: Parameters<Springs['exchange']>): Promise<Receipt> {
    return super.exchange(block, into, local, local === undefined ? opts : {})
  }
}

/** More slots than any block has. */
const LONG = 4096

/** Leaves a load on when it is told to abort. */
export class LoadLeft extends Slow {
  #left: LoadedBlock['load']
  protected override async exchange(...call: Parameters<Springs['exchange']>): Promise<Receipt> {
    const [block, ...rest] = call
    const load = block.load ?? this.#left
    try {
      return await super.exchange(load === undefined ? block : { ...block, load }, ...rest)
    } catch (error) {
      const row = block.load?.data.slice(0, this.sheet.sense.width)
      this.#left = row && { kind: 'track', data: row, hold: LONG }
      throw error
    }
  }
}

/** The pictures of an aborted block are taken for those of the next. */
export class LatePictures extends Slow {
  #stray: Float64Array | undefined
  protected override async exchange(...call: Parameters<Springs['exchange']>): Promise<Receipt> {
    const [block, into, local] = call
    try {
      const receipt = await super.exchange(...call)
      if (local !== undefined && this.#stray !== undefined) {
        local.set(this.#stray.subarray(0, local.length))
        this.#stray = undefined
      }
      return receipt
    } catch (error) {
      if (local !== undefined) {
        this.#stray = local.slice()
        this.run(block, new Float64Array(into.length), this.#stray)
      }
      throw error
    }
  }
}
