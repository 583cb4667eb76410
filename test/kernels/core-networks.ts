import { type ChipEngine, type ChipProgram, NOWHERE, route } from '../../src/kernels/core/program.ts'
import { type CoreSettings, emptySettings, FLAG, RESET, SIZE, TYPES, WORDS } from '../../src/kernels/core/settings.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const HIGHEST = 524287
const LOWEST = -524288

/** Random choices, one after another. */
export interface Choices {
  below(n: number): number
  chance(p: number): boolean
  between(low: number, high: number): number
  of<T>(list: readonly T[]): T
}

export function choices(seed: number): Choices {
  const source = draws(seed, STREAM.testInputs)
  let index = 0
  const uniform = () => source.uniform(index++)
  const below = (n: number) => Math.floor(uniform() * n)
  return {
    below,
    chance: (p) => uniform() < p,
    between: (low, high) => low + below(high - low + 1),
    of: (list) => list[below(list.length)],
  }
}

/** What a random network may be made of; each of its cores takes some of it. */
export interface Shape {
  readonly cores: number
  readonly neurons: number
}

/** A network with every mode in it: flags, resets, masks, delays, duplicates, extreme numbers, recurrent routes. */
export function randomProgram(seed: number, shape: Shape): ChipProgram {
  const pick = choices(seed)
  const cores = Array.from({ length: pick.between(1, shape.cores) }, (_, c) =>
    randomCore(pick, pick.between(1, shape.neurons), seed, c),
  )
  const size = cores.length * SIZE
  const outputs = pick.between(1, 20)
  const routes = new Int32Array(size).fill(NOWHERE)
  const lines = new Int32Array(size).fill(NOWHERE)
  const potential = new Int32Array(size)
  // Few targets: spikes of several neurons meet at one axon in one tick.
  const axons = pick.of([3, 40, SIZE])
  for (let n = 0; n < size; n++) {
    if (n % SIZE >= cores[Math.floor(n / SIZE)].neurons) continue
    if (pick.chance(0.9)) routes[n] = route(pick.below(cores.length), pick.below(axons), pick.between(1, 15))
    if (pick.chance(0.4)) lines[n] = pick.below(outputs)
    potential[n] = pick.of([0, 0, pick.between(-50, 50), HIGHEST, LOWEST])
  }
  return { cores, routes, lines, outputs, potential }
}

function randomCore(pick: Choices, neurons: number, seed: number, core: number): CoreSettings {
  const settings = emptySettings(neurons, seed, core)
  const typed = pick.of([() => pick.below(TYPES), () => 2, () => (pick.chance(0.9) ? 1 : 3), null])
  for (let a = 0; a < SIZE; a++) settings.axonType[a] = typed === null ? a % TYPES : typed()
  const density = pick.of([0.02, 0.3, 0.5, 0.95])
  for (let a = 0; a < SIZE; a++)
    for (let j = 0; j < neurons; j++) if (pick.chance(density)) settings.crossbar[a * WORDS + (j >> 5)] |= 1 << (j & 31)
  const [chance, wide, far] = [pick.of([0, 0, 0.05, 0.5]), pick.chance(0.4), pick.chance(0.3)]
  const modes = pick.of([0, 0.3])
  for (let j = 0; j < neurons; j++) {
    for (let type = 0; type < TYPES; type++) {
      settings.weight[j * TYPES + type] = wide ? pick.of([-256, 255, pick.between(-256, 255)]) : pick.between(-3, 3)
      if (pick.chance(chance)) settings.stochasticWeight[j] |= 1 << type
    }
    settings.leak[j] = pick.of([0, pick.between(-5, 5), pick.between(-256, 255), far ? 255 : 1, far ? -256 : -1])
    if (pick.chance(modes)) settings.flags[j] |= FLAG.stochasticLeak
    if (pick.chance(modes)) settings.flags[j] |= FLAG.leakReversal
    if (pick.chance(0.5)) settings.flags[j] |= FLAG.saturateBelow
    settings.reset[j] = pick.of([RESET.value, RESET.subtract, RESET.subtract, RESET.none])
    settings.threshold[j] = pick.of([0, pick.between(1, 30), pick.between(1, 2000), far ? 262143 : 100])
    if (pick.chance(modes)) settings.thresholdMask[j] = pick.of([1, 15, 0x155, 255, far ? 131071 : 127])
    settings.negativeThreshold[j] = pick.of([0, pick.between(0, 30), pick.between(0, 2000), 262143])
    settings.resetPotential[j] = pick.of([0, 0, pick.between(-20, 20), far ? HIGHEST : 1, far ? LOWEST : -1])
  }
  return settings
}

export interface Comparison {
  /** Spikes of all cores. */
  readonly spikes: number
  /** The first tick in which an engine had other spikes, potentials, counts or operations than the first one; or none. */
  readonly differs: string | undefined
}

/** Runs engines side by side under the same random spikes from outside; every tick is compared in full. */
export function sideBySide(engines: readonly ChipEngine[], seed: number, ticks: number, first = 0): Comparison {
  const pick = choices(seed)
  const { cores, outputs } = engines[0].program
  const counts = engines.map(() => new Int32Array(outputs))
  let spikes = 0
  for (let t = 0; t < ticks; t++) {
    // Bursts and silence, so that cores meet few and many spikes.
    const rate = pick.of([0, 2, 12, 60, 200])
    for (let n = 0; n < rate; n++) {
      const [core, axon] = [pick.below(cores.length), pick.below(SIZE)]
      for (const engine of engines) engine.inject(core, axon)
    }
    engines.forEach((engine, e) => {
      engine.tick(first + t, counts[e])
    })
    const [wanted] = engines
    for (let c = 0; c < cores.length; c++) {
      const [fired, potential] = [wanted.spikes(c), wanted.potentials(c)]
      for (const word of fired) spikes += ones(word)
      for (let e = 1; e < engines.length; e++) {
        const engine = engines[e]
        const where = `engine ${e}, core ${c}, tick ${t}`
        if (!same(engine.spikes(c), fired)) return { spikes, differs: `spikes: ${where}` }
        if (!same(engine.potentials(c), potential)) return { spikes, differs: `potentials: ${where}` }
        if (!same(counts[e], counts[0])) return { spikes, differs: `counts: ${where}` }
        if (engine.operations !== wanted.operations) return { spikes, differs: `operations: ${where}` }
      }
    }
  }
  return { spikes, differs: undefined }
}

/** Millions of comparisons: a plain loop. */
function same(a: Int32Array | Uint32Array, b: Int32Array | Uint32Array): boolean {
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) return false
  return true
}

function ones(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count++
  return count
}
