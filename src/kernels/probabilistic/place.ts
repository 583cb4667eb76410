import { TYPES } from '../core/settings.ts'
import { loadKernel } from '../module.ts'
import { probabilisticWasm } from '../wasm/probabilistic.ts'
import { type ProbabilisticCore, type ProbabilisticNet, SILENT } from './net.ts'

type Step = (head: number) => void

/** The passes over one core, see assembly/probabilistic.ts. */
export interface Exports {
  readonly pack: Step
  readonly gather: Step
  readonly forward: Step
  readonly spread: Step
  readonly crossings: Step
  readonly axons: Step
}

/** Below this address the module may keep data of its own. */
const BASE = 4096
const HEAD_WORDS = 40
/** Words of a head that change with the rows shown, or are read again; all are listed in assembly/probabilistic.ts. */
export const HEAD = { batch: 0, axons: 1, squares: 22, wanted: 31, rows: 33 } as const
const PANEL = 8
/** Rows are filled up to a multiple of this. */
export const STRIP = 4

const whole = (n: number, of: number) => Math.ceil(n / of) * of

/** Where a core lies in memory and in a row of signals. */
interface PlacedCore {
  readonly head: number
  /** First of its neurons in a row of signals. */
  readonly first: number
  readonly strips: { readonly from: number; readonly bytes: number }
}

/** A network with everything its kernel needs in its place, for up to `rows` rows at a time. */
export function place(net: ProbabilisticNet, rows: number) {
  const batch = whole(rows, STRIP)
  const kernel = loadKernel<Exports>(probabilisticWasm)
  let end = BASE
  const take = (bytes: number) => {
    const at = end
    end = whole(at + bytes, 64)
    return at
  }
  const inputs = whole(net.inputs, PANEL)
  const firsts: number[] = []
  let stride = inputs
  for (const { neurons } of net.cores) {
    firsts.push(stride)
    stride += whole(neurons, PANEL)
  }
  const starts = startsOf(net)
  /** Of what a core hears, the byte in a row of signals. */
  const heard = (source: number) => {
    if (source === SILENT) return SILENT
    if (source < net.inputs) return 4 * source
    const core = starts.findLastIndex((start) => start <= source)
    return 4 * (firsts[core] + source - starts[core])
  }
  const theta = take(8 * net.parameters)
  const gradient = take(8 * net.parameters)
  const signal = take(4 * batch * stride)
  const error = take(4 * batch * stride)
  const widest = Math.max(...net.cores.map(({ neurons }) => whole(neurons, PANEL)))
  const [p, h, pStrips, hStrips] = Array.from({ length: 4 }, () => take(4 * TYPES * batch * widest))
  const room = take(256)
  const tables: (readonly [at: number, list: Int32Array | Float32Array])[] = []
  const table = (list: Int32Array | Float32Array) => {
    const at = take(list.byteLength)
    tables.push([at, list])
    return at
  }
  const cores: PlacedCore[] = net.cores.map((core, c) => {
    const { order, first } = sorted(core)
    const [K, N] = [order.length, whole(core.neurons, PANEL)]
    const weights = new Float32Array(TYPES * N)
    const bounds = new Float32Array(N)
    bounds.set(core.bounds)
    core.weights.forEach((s, at) => {
      weights[(at % TYPES) * N + Math.floor(at / TYPES)] = s
    })
    const rowOf = (axon: number) => (axon === SILENT ? SILENT : 8 * (core.crossings + axon * core.neurons))
    const wanted = core.sources.some((source) => source >= net.inputs)
    const head = take(4 * HEAD_WORDS)
    const square = 4 * K * N
    const x = take(4 * batch * K)
    const strips = take(8 * batch * K)
    tables.push([
      head,
      Int32Array.of(
        ...[batch, K, N, core.neurons, ...first, stride, firsts[c], signal, error],
        table(order.map((axon) => (axon === SILENT ? SILENT : heard(core.sources[axon])))),
        table(order.map(rowOf)),
        ...[8 * core.leaks, theta, gradient, take(square), wanted ? take(square) : 0],
        ...[x, strips, strips + 4 * batch * K, table(weights), table(bounds)],
        ...[take(4 * batch * N), take(4 * batch * N), p, h, pStrips, hStrips, wanted ? 1 : 0, room, rows],
      ),
    ])
    return { head, first: firsts[c], strips: { from: strips, bytes: 8 * batch * K } }
  })
  kernel.reserve(end)
  const { f64, u32, exports } = kernel
  const [f32, i32] = [new Float32Array(u32.buffer), new Int32Array(u32.buffer)]
  for (const [at, list] of tables) (list instanceof Float32Array ? f32 : i32).set(list, at / 4)
  return { exports, f64, f32, i32, rows, batch, stride, theta, gradient, signal, error, cores }
}

/** Number of the first neuron of every core among the sources. */
function startsOf({ inputs, cores }: ProbabilisticNet): readonly number[] {
  const starts: number[] = []
  cores.reduce((start, { neurons }) => {
    starts.push(start)
    return start + neurons
  }, inputs)
  return starts
}

/** Axons by type, every type filled up to whole panels, and the first place of each type and the end. */
function sorted({ axons, types }: ProbabilisticCore): { order: Int32Array; first: readonly number[] } {
  const order: number[] = []
  const first = [0]
  for (let type = 0; type < TYPES; type++) {
    for (let axon = 0; axon < axons; axon++) if (types[axon] === type) order.push(axon)
    while (order.length % PANEL !== 0) order.push(SILENT)
    first.push(order.length)
  }
  return { order: Int32Array.from(order), first }
}
