import { type ChipEngine, type ChipProgram, NOWHERE, type Part, RING, routeOf } from '../../src/kernels/core/program.ts'
import { SIZE, WORDS } from '../../src/kernels/core/settings.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/**
 * An engine whose spikes may be lost on their way, from outside, from core to core and to the outputs; each is drawn by
 * its tick and its place. The engine inside has no ways at all: spikes are carried here.
 */
export class LossyEngine implements ChipEngine {
  readonly program: ChipProgram
  readonly #inner: ChipEngine
  readonly #loss: number
  readonly #draws: Draws
  /** Spikes under way: RING sets of axons per core, the one of the coming tick first. */
  readonly #ring: Uint32Array
  /** Spikes from outside for the coming tick. */
  readonly #arrived: Uint32Array
  #now = 0
  #lost = 0

  /** `make` makes the engine of a program. */
  constructor(program: ChipProgram, make: (program: ChipProgram) => ChipEngine, loss: number, seed: number) {
    this.program = program
    const nowhere = new Int32Array(program.routes.length).fill(NOWHERE)
    this.#inner = make({ ...program, routes: nowhere, lines: nowhere })
    this.#loss = loss
    this.#draws = draws(seed, STREAM.coreLoss)
    this.#ring = new Uint32Array(program.cores.length * RING * WORDS)
    this.#arrived = new Uint32Array(program.cores.length * WORDS)
  }

  get operations(): number {
    return this.#inner.operations
  }

  /** Spikes lost so far. */
  get lost(): number {
    return this.#lost
  }

  rest(): void {
    this.#inner.rest()
    this.#ring.fill(0)
    this.#arrived.fill(0)
  }

  inject(core: number, axon: number): void {
    this.#arrived[core * WORDS + (axon >> 5)] |= 1 << (axon & 31)
  }

  tick(tick: number, counts: Int32Array): void {
    // Twice as many places as axons: spikes from outside by axon, those of neurons by neuron.
    const places = this.program.routes.length
    const base = 2 * tick * places
    forEachBit(this.#arrived, (address) => {
      if (this.#survives(base + places + address)) this.#inner.inject(Math.floor(address / SIZE), address % SIZE)
    })
    this.#arrived.fill(0)
    this.program.cores.forEach((_, core) => {
      const arriving = this.#set(core, this.#now)
      forEachBit(arriving, (axon) => this.#inner.inject(core, axon))
      arriving.fill(0)
    })
    this.#inner.tick(tick, counts)
    this.#route(base, counts)
    this.#now = (this.#now + 1) % RING
  }

  spikes(core: number): Uint32Array {
    return this.#inner.spikes(core)
  }

  potentials(core: number): Int32Array {
    return this.#inner.potentials(core)
  }

  changed(core: number, part?: Part): void {
    this.#inner.changed(core, part)
  }

  #route(base: number, counts: Int32Array): void {
    const { cores, routes, lines } = this.program
    cores.forEach((_, core) => {
      forEachBit(this.#inner.spikes(core), (neuron) => {
        const n = core * SIZE + neuron
        if ((routes[n] === NOWHERE && lines[n] === NOWHERE) || !this.#survives(base + n)) return
        if (lines[n] !== NOWHERE) counts[lines[n]]++
        if (routes[n] === NOWHERE) return
        const target = routeOf(routes[n])
        const set = this.#set(target.core, (this.#now + target.delay) % RING)
        set[target.axon >> 5] |= 1 << (target.axon & 31)
      })
    })
  }

  #survives(index: number): boolean {
    if (this.#draws.uniform(index) >= this.#loss) return true
    this.#lost++
    return false
  }

  #set(core: number, slot: number): Uint32Array {
    const at = (core * RING + slot) * WORDS
    return this.#ring.subarray(at, at + WORDS)
  }
}

function forEachBit(set: Uint32Array, visit: (bit: number) => void): void {
  for (let w = 0; w < set.length; w++)
    for (let rest = set[w]; rest !== 0; rest &= rest - 1) visit(32 * w + 31 - Math.clz32(rest & -rest))
}
