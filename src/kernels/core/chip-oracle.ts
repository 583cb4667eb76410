import { CoreOracle } from './oracle.ts'
import { type ChipEngine, type ChipProgram, NOWHERE, RING, routeOf } from './program.ts'
import { type CoreSettings, SIZE, WORDS } from './settings.ts'

/** A chip as the specification says it: what every faster engine must equal. */
export class ChipOracle implements ChipEngine {
  readonly program: ChipProgram
  readonly #cores: readonly CoreOracle[]
  /** Spikes under way: RING sets of axons per core; one bit each, so that duplicates are one spike. */
  readonly #ring: Uint32Array
  readonly #spikes: Uint32Array
  #now = 0
  #operations = 0

  constructor(program: ChipProgram) {
    this.program = program
    this.#cores = program.cores.map((settings) => new CoreOracle(settings))
    this.#ring = new Uint32Array(program.cores.length * RING * WORDS)
    this.#spikes = new Uint32Array(program.cores.length * WORDS)
    this.rest()
  }

  get operations(): number {
    return this.#operations
  }

  rest(): void {
    this.#ring.fill(0)
    this.#spikes.fill(0)
    this.#cores.forEach((core, c) => {
      core.potential.set(this.program.potential.subarray(c * SIZE, (c + 1) * SIZE))
    })
  }

  inject(core: number, axon: number): void {
    this.#deliver(core, axon, 0)
  }

  tick(tick: number, counts: Int32Array): void {
    this.#cores.forEach((core, c) => {
      const arriving = this.#set(c, this.#now)
      this.#operations += crossings(this.program.cores[c], arriving)
      core.tick(tick, arriving, this.#spikes.subarray(c * WORDS, (c + 1) * WORDS))
      arriving.fill(0)
    })
    this.#route(counts)
    this.#now = (this.#now + 1) % RING
  }

  spikes(core: number): Uint32Array {
    return this.#spikes.slice(core * WORDS, (core + 1) * WORDS)
  }

  potentials(core: number): Int32Array {
    return this.#cores[core].potential.slice()
  }

  /** Nothing to do: the cores read the program itself. */
  changed(): void {}

  #route(counts: Int32Array): void {
    const { routes, lines } = this.program
    for (let n = 0; n < routes.length; n++) {
      if (((this.#spikes[n >> 5] >>> (n & 31)) & 1) === 0) continue
      if (lines[n] !== NOWHERE) counts[lines[n]]++
      if (routes[n] === NOWHERE) continue
      const { core, axon, delay } = routeOf(routes[n])
      this.#deliver(core, axon, delay)
    }
  }

  #deliver(core: number, axon: number, delay: number): void {
    this.#set(core, (this.#now + delay) % RING)[axon >> 5] |= 1 << (axon & 31)
  }

  #set(core: number, slot: number): Uint32Array {
    const at = (core * RING + slot) * WORDS
    return this.#ring.subarray(at, at + WORDS)
  }
}

function crossings({ crossbar, neurons }: CoreSettings, axons: Uint32Array): number {
  let count = 0
  for (let a = 0; a < SIZE; a++) {
    if (((axons[a >> 5] >>> (a & 31)) & 1) === 0) continue
    for (let j = 0; j < neurons; j++) count += (crossbar[a * WORDS + (j >> 5)] >>> (j & 31)) & 1
  }
  return count
}
