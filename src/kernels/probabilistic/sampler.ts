import { loadKernel } from '../module.ts'
import { probabilisticSampleWasm } from '../wasm/probabilisticSample.ts'
import { type ProbabilisticNet, UNREAD } from './net.ts'
import { bitsOf, entries, neuronList, ones } from './sums.ts'

interface Exports {
  fire(
    list: number,
    planes: number,
    blocks: number,
    need: number,
    out: number,
    opposite: number,
    room: number,
    carries: number,
  ): void
  count(list: number, planes: number, blocks: number, out: number, room: number, carries: number): void
}

/** Presentations in a block: bits of a vector. */
const BLOCK = 128
const BYTES = 16
/** Below this address the module may keep data of its own. */
const BASE = 4096
/** Most planes of a sum: 256 axons of weight 256. */
const PLANES = 18

/** A network with its bits drawn, ready for many single ticks at once. */
export interface Sampler {
  /** Takes over crossings that are open or closed (one byte each, as theta has them), whole leaks and thresholds of theta. */
  set(closed: Uint8Array, theta: Float64Array): void
  /** Spikes of the input lines to write: `words` 32-bit words per line; bit n of word w is presentation 32 w + n. */
  readonly input: Uint32Array
  readonly words: number
  /** Runs every presentation for one tick; spikes of every group are added to `counts`, presentation-major. */
  run(counts: Uint16Array): void
  /** Synaptic operations of the first `presentations` of the last run. */
  operations(presentations: number): number
}

/**
 * A network of neurons without memory on `presentations` single ticks at once, one bit each: axons are added up in planes
 * of bits, so that one instruction serves 128 presentations. Gives the counts of a chip, where all ways are equally long.
 */
export function sampler(net: ProbabilisticNet, presentations: number): Sampler {
  const kernel = loadKernel<Exports>(probabilisticSampleWasm)
  const blocks = Math.ceil(presentations / BLOCK)
  const signals = net.inputs + net.cores.reduce((sum, { neurons }) => sum + neurons, 0)
  const size = blocks * BYTES
  let end = BASE
  const take = (bytes: number) => {
    const at = end
    end = Math.ceil((end + bytes) / 64) * 64
    return at
  }
  const on = take(signals * size)
  const off = take(signals * size)
  const planesAt = take(PLANES * size)
  const carries = Math.max(...net.cores.map(({ axons, neurons }) => Math.max(axons, neurons))) + 2
  const room = take(BYTES * (PLANES + 2 * carries))
  const neurons = signals - net.inputs
  const listWords = net.cores.reduce((sum, core) => sum + core.neurons * PLANES + entries(core), 0)
  const lists = take(4 * listWords)
  const groupLists = take(4 * (net.groups * PLANES + neurons))
  kernel.reserve(end)
  const { u32, exports } = kernel

  /** Per neuron its list, the planes of its sum and what the sum must reach. */
  const heads = new Int32Array(3 * neurons)
  const degrees = new Uint32Array(signals)
  const groupHeads = groupSums()

  /** Lists of the neurons of each group: a single plane of them, and room for the sum. */
  function groupSums(): readonly { readonly list: number; readonly planes: number }[] {
    const members = Array.from({ length: net.groups }, (): number[] => [])
    let signal = net.inputs
    for (const { groups } of net.cores)
      for (const group of groups) {
        if (group !== UNREAD) members[group].push(on + signal * size)
        signal++
      }
    let at = groupLists / 4
    return members.map((list) => {
      const head = 4 * at
      const planes = bitsOf(list.length)
      u32.set([list.length, ...list], at)
      u32.fill(0, at + 1 + list.length, at + list.length + planes)
      at += list.length + planes
      return { list: head, planes }
    })
  }
  return {
    input: u32.subarray(on / 4, (on + net.inputs * size) / 4),
    words: size / 4,
    set(closed, theta) {
      degrees.fill(0)
      let at = lists / 4
      let signal = 0
      for (const core of net.cores) {
        for (let j = 0; j < core.neurons; j++, signal++) {
          const found = neuronList(core, j, closed, theta, { on, off, size, degrees }, u32, at)
          heads.set([4 * at, found.planes, found.need], 3 * signal)
          at = found.end
        }
      }
    },
    run(counts) {
      for (let w = on / 4, n = off / 4; w < (on + net.inputs * size) / 4; w++, n++) u32[n] = ~u32[w]
      for (let n = 0; n < neurons; n++) {
        const at = (net.inputs + n) * size
        const [list, planes, need] = heads.subarray(3 * n, 3 * n + 3)
        exports.fire(list, planes, blocks, need, on + at, off + at, room, carries)
      }
      groupHeads.forEach(({ list, planes }, group) => {
        exports.count(list, planes, blocks, planesAt, room, carries)
        for (let p = 0; p < planes; p++) {
          const plane = (planesAt + p * size) / 4
          for (let n = 0, at = group; n < presentations; n++, at += net.groups)
            counts[at] += ((u32[plane + (n >> 5)] >>> (n & 31)) & 1) << p
        }
      })
    },
    operations(many) {
      let sum = 0
      for (let s = 0; s < signals; s++) {
        if (degrees[s] === 0) continue
        let spikes = 0
        const first = (on + s * size) / 4
        for (let w = 0; 32 * w < many; w++) {
          const left = many - 32 * w
          spikes += ones(left < 32 ? u32[first + w] & (2 ** left - 1) : u32[first + w])
        }
        sum += spikes * degrees[s]
      }
      return sum
    },
  }
}
