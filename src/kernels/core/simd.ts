import { InsituError } from '../../errors.ts'
import { loadKernel } from '../module.ts'
import { coreWasm } from '../wasm/core.ts'
import { type AxonOrder, axonOrder, CHIP, CORE, HEAD } from './layout.ts'
import { type ChipEngine, type ChipProgram, NOWHERE, type Part, RING, routeOf } from './program.ts'
import { SIZE, WORDS } from './settings.ts'
import { type ChipMemory, writeCore, writeNeurons } from './simd-settings.ts'

/** How the input of a tick is summed up: by its cost, by adding rows, by counting. */
const SIMD_PATHS = ['auto', 'events', 'popcount'] as const
export type SimdPath = (typeof SIMD_PATHS)[number]

interface Exports {
  tick(head: number, number: number): number
  takeCrossbar(head: number, core: number): void
  forget(core: number): void
}

const FIRST = HEAD + CHIP.first
const MOST = Math.floor((2 ** 32 - FIRST - 65536) / CORE.size)
/**
 * Axons with spikes up to which adding rows costs less than counting, by the cores of the chip: the rows, 128 KB a core, come
 * the more slowly the more there are. Measured, as `npm run bench -- core` does, on a processor with 1 MB of second-level
 * cache; twice as many where the types of the axons take more than four words.
 */
const MOST_ROWS = [
  { cores: 8, most: 30 },
  { cores: 32, most: 12 },
  { cores: Number.POSITIVE_INFINITY, most: 5 },
] as const
/** Bytes of a set of axons in a ring. */
const SET = 64

/** A chip in WebAssembly: the spikes and the potentials of `ChipOracle`. */
export class ChipSimd implements ChipEngine {
  readonly program: ChipProgram
  readonly #kernel: Exports
  readonly #memory: ChipMemory
  readonly #f64: Float64Array
  readonly #orders: readonly AxonOrder[]
  readonly #lines: Int32Array

  constructor(program: ChipProgram, path: SimdPath) {
    const { cores, outputs } = program
    if (cores.length > MOST)
      throw new InsituError('CONFIG', `cores in WebAssembly: a memory holds ${MOST}, ${cores.length} were given`)
    this.program = program
    this.#orders = cores.map(({ axonType }) => axonOrder(axonType))
    const lines = FIRST + cores.length * CORE.size
    const kernel = loadKernel<Exports>(coreWasm)
    kernel.reserve(lines + 4 * outputs)
    const { buffer } = kernel.u32
    const [u8, i16, i32] = [new Uint8Array(buffer), new Int16Array(buffer), new Int32Array(buffer)]
    this.#kernel = kernel.exports
    this.#memory = { u8, i16, i32, u32: kernel.u32 }
    this.#f64 = kernel.f64
    this.#lines = i32.subarray(lines / 4, lines / 4 + outputs)
    i32[(HEAD + CHIP.cores) / 4] = cores.length
    i32[(HEAD + CHIP.path) / 4] = SIMD_PATHS.indexOf(path)
    i32[(HEAD + CHIP.most) / 4] = MOST_ROWS.find((row) => cores.length <= row.cores)?.most ?? 0
    kernel.u32[(HEAD + CHIP.lines) / 4] = lines
    cores.forEach((settings, c) => {
      writeCore(this.#memory, block(c), settings, this.#orders[c])
      this.#writeRoutes(c)
      this.changed(c)
    })
    this.rest()
  }

  get operations(): number {
    return this.#f64[(HEAD + CHIP.operations) / 8]
  }

  rest(): void {
    const { i32 } = this.#memory
    const { cores, potential } = this.program
    for (let c = 0; c < cores.length; c++) {
      const [ring, spikes, v] = [CORE.ring, CORE.spikes, CORE.potential].map((place) => (block(c) + place) / 4)
      i32.fill(0, ring, ring + (RING * SET) / 4)
      i32.fill(0, spikes, spikes + WORDS)
      i32.set(potential.subarray(c * SIZE, (c + 1) * SIZE), v)
    }
  }

  inject(core: number, axon: number): void {
    const { u32 } = this.#memory
    const place = this.#orders[core].place[axon]
    u32[(block(core) + CORE.ring + u32[(HEAD + CHIP.now) / 4]) / 4 + (place >> 5)] |= 1 << (place & 31)
  }

  tick(tick: number, counts: Int32Array): void {
    if (this.#kernel.tick(HEAD, tick) === 0) return
    const lines = this.#lines
    for (let n = 0; n < lines.length; n++) counts[n] += lines[n]
    lines.fill(0)
  }

  spikes(core: number): Uint32Array {
    const at = (block(core) + CORE.spikes) / 4
    return this.#memory.u32.slice(at, at + WORDS)
  }

  potentials(core: number): Int32Array {
    const at = (block(core) + CORE.potential) / 4
    return this.#memory.i32.slice(at, at + SIZE)
  }

  changed(core: number, part: Part = 'all'): void {
    const settings = this.program.cores[core]
    if (part !== 'crossbar') writeNeurons(this.#memory, block(core), settings, this.#orders[core])
    if (part === 'neurons') {
      this.#kernel.forget(block(core))
      return
    }
    this.#memory.u32.set(settings.crossbar, (HEAD + CHIP.stage) / 4)
    this.#kernel.takeCrossbar(HEAD, block(core))
  }

  #writeRoutes(core: number): void {
    const { i32, u32 } = this.#memory
    const { routes, lines } = this.program
    for (let j = 0, at = (block(core) + CORE.routes) / 4; j < SIZE; j++, at += 4) {
      const n = core * SIZE + j
      i32[at + 3] = lines[n]
      if (routes[n] === NOWHERE) continue
      const target = routeOf(routes[n])
      const place = this.#orders[target.core].place[target.axon]
      u32[at] = block(target.core) + CORE.ring + 4 * (place >> 5)
      u32[at + 1] = 1 << (place & 31)
      u32[at + 2] = SET * target.delay
    }
  }
}

const block = (core: number) => FIRST + core * CORE.size
