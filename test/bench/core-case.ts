import { chipEngine, type EngineOptions } from '../../src/kernels/core/engine.ts'
import { type ChipEngine, type ChipProgram, NOWHERE, route } from '../../src/kernels/core/program.ts'
import { emptySettings, FLAG, RESET, SIZE, TYPES, WORDS } from '../../src/kernels/core/settings.ts'
import { type Choices, choices } from '../kernels/core-networks.ts'
import type { Answering } from './wave-case.ts'

const OUTPUTS = 16
const THRESHOLD = 200

/** A chip that keeps itself at a steady activity, and what the peers read. */
export interface CoreCase {
  readonly program: ChipProgram
  /** Ticks after which answers are compared. */
  readonly ticks: number
}

/**
 * Full cores at density 1/2, 64 axons of every type, weights of +-1 to 3 that cancel on average, every neuron routed to an
 * axon of its own after 1 to 15 ticks. The leak drives every neuron to spike in the share `activity` of the ticks.
 */
export function coreCase(count: number, activity: number, ticks: number): CoreCase {
  const pick = choices(7)
  const size = count * SIZE
  const targets = shuffled(pick, size)
  const routes = new Int32Array(size)
  const lines = new Int32Array(size).fill(NOWHERE)
  const potential = new Int32Array(size)
  const cores = Array.from({ length: count }, (_, c) => {
    const settings = emptySettings(SIZE, 1, c)
    for (let a = 0; a < SIZE; a++) settings.axonType[a] = Math.floor((a * TYPES) / SIZE)
    for (let n = 0; n < SIZE * WORDS; n++) settings.crossbar[n] = pick.below(2 ** 32)
    for (let j = 0; j < SIZE; j++) {
      const [a, b] = [pick.between(1, 3), pick.between(1, 3)]
      settings.weight.set(
        shuffled(pick, TYPES).map((n) => [a, -a, b, -b][n]),
        j * TYPES,
      )
      settings.leak[j] = Math.round(activity * THRESHOLD)
      settings.threshold[j] = THRESHOLD
      settings.negativeThreshold[j] = THRESHOLD
      settings.flags[j] = pick.chance(0.5) ? FLAG.saturateBelow : 0
      settings.reset[j] = pick.chance(0.9) ? RESET.subtract : RESET.value
      settings.resetPotential[j] = pick.between(0, 20)
    }
    return settings
  })
  for (let n = 0; n < size; n++) {
    routes[n] = route(Math.floor(targets[n] / SIZE), targets[n] % SIZE, pick.between(1, 15))
    if (pick.chance(0.1)) lines[n] = pick.below(OUTPUTS)
    potential[n] = pick.below(THRESHOLD)
  }
  return { program: { cores, routes, lines, outputs: OUTPUTS, potential }, ticks }
}

function shuffled({ below }: Choices, length: number): number[] {
  const list = Array.from({ length }, (_, n) => n)
  for (let n = length - 1; n > 0; n--) {
    const other = below(n + 1)
    const kept = list[n]
    list[n] = list[other]
    list[other] = kept
  }
  return list
}

/** A case as the peers read it: 32-bit numbers. */
export function coreNumbers({ program, ticks }: CoreCase): Int32Array {
  const { cores, routes, lines, outputs, potential } = program
  const blocks = cores.map((core, c) => {
    const own = (list: Int32Array) => list.subarray(c * SIZE, (c + 1) * SIZE)
    const saturates = core.flags.map((bits) => bits & FLAG.saturateBelow)
    return [
      ...[core.crossbar, core.weight, core.leak, core.threshold, core.negativeThreshold, saturates, core.reset],
      ...[core.resetPotential, own(routes), own(lines), own(potential)],
    ].flatMap((list) => [...list])
  })
  return Int32Array.from([cores.length, ticks, outputs, ...blocks.flat()])
}

/** One path through the ticks of a case. */
export function corePath(
  { program, ticks }: CoreCase,
  path: Required<EngineOptions>['path'],
  batch: number,
): Answering {
  const cores = program.cores.length
  const counts = new Int32Array(program.outputs)
  const engine = chipEngine(program, { path })
  let tick = 0
  const run = (of: ChipEngine, count: number) => {
    for (let n = 0; n < count; n++) of.tick(tick++, counts)
  }
  return {
    name: path === 'oracle' ? 'plain TypeScript' : `WebAssembly, ${path}`,
    work() {
      run(engine, batch)
      return batch * cores
    },
    answer() {
      const fresh = chipEngine(program, { path })
      counts.fill(0)
      run(fresh, ticks)
      const potentials = program.cores.flatMap((_, c) => [...fresh.potentials(c)])
      return Float64Array.from([...potentials, ...counts])
    },
  }
}
