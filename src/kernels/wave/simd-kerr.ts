import { loadKernel } from '../module.ts'
import { waveKerrWasm } from '../wasm/waveKerr.ts'
import { type Hop, hop, type KerrSpec } from './kerr.ts'
import { schedule } from './schedule.ts'
import { cos, sin } from './sincos.ts'
import type { Splitting, WaveStepper } from './state.ts'

interface Exports {
  run(head: number, steps: number): void
}

const HEAD = 1024
const G = 56

/** Steps of an array of Kerr cavities in WebAssembly, two modes at a time; the bits of `hopArray` and `kickKerr`. */
export function kerrStepper(spec: KerrSpec, splitting: Splitting, step: number): WaveStepper {
  const { rows, columns, hopping, coupling, g, ports, detuning } = spec
  const stages = splitting.kick.length
  const even = (count: number) => 2 * Math.ceil(count / 2)
  const stride = even(columns)
  const cavities = rows * stride
  const modes = cavities + even(ports.length)
  let end = HEAD + 128
  const take = (size: number) => {
    const at = Math.ceil(end / 64) * 64
    end = at + size
    return at
  }
  const [reAt, imAt, detuningAt] = [take(8 * modes), take(8 * modes), take(8 * modes)]
  const [betweenAt, portsAt, timesAt] = [take(16 * cavities), take(4 * ports.length), take(32 * stages)]
  const hopsAt = take(4 * (stages + 2))
  const matrixSize = 16 * (columns * stride + rows * rows)
  // The first drift, the joint one, and those after the kicks.
  const table = schedule(splitting, step)
  const drifts = [table[0], table[1], ...splitting.kick.map((_, s) => table[2 * s + 3])]
  const matrices = drifts.map(() => take(matrixSize))
  const kernel = loadKernel<Exports>(waveKerrWasm)
  kernel.reserve(end + 64)
  const { f64, u32 } = kernel
  const place = (i: number) => Math.floor(i / columns) * stride + (i % columns)
  u32.set(
    [
      ...[stages, rows, columns, 8 * stride, reAt, imAt, detuningAt, modes, betweenAt],
      ...[portsAt, ports.length, 8 * cavities, timesAt, hopsAt],
    ],
    HEAD / 4,
  )
  f64[(HEAD + G) / 8] = g
  u32.set(
    ports.map((i) => 8 * place(i)),
    portsAt / 4,
  )
  u32.set(matrices, hopsAt / 4)
  splitting.kick.forEach((_, s) => {
    const time = table[2 * s + 2]
    f64.set([time / 2, cos(coupling * time), sin(coupling * time)], timesAt / 8 + 4 * s)
  })
  drifts.forEach((time, n) => {
    const along = hop(columns, hopping * time)
    const across = hop(rows, hopping * time)
    const at = matrices[n] / 8
    for (const [part, first] of [
      ['re', at],
      ['im', at + columns * stride],
    ] as const satisfies readonly (readonly [keyof Hop, number])[])
      for (let i = 0; i < columns; i++)
        for (let j = 0; j < columns; j++) f64[first + j * stride + i] = along[part][i * columns + j]
    f64.set(across.re, at + 2 * columns * stride)
    f64.set(across.im, at + 2 * columns * stride + rows * rows)
  })
  const [re, im] = [reAt / 8, imAt / 8]
  const put = (from: Float64Array, others: Float64Array, at: number) => {
    for (let i = 0; i < rows * columns; i++) f64[at + place(i)] = from[i]
    f64.set(others, at + cavities)
  }
  const get = (into: Float64Array, others: Float64Array, at: number) => {
    for (let i = 0; i < rows * columns; i++) into[i] = f64[at + place(i)]
    for (let n = 0; n < ports.length; n++) others[n] = f64[at + cavities + n]
  }
  put(detuning.subarray(0, rows * columns), detuning.subarray(rows * columns), detuningAt / 8)
  return {
    run(states, steps) {
      for (const { q, p, theta, momentum } of states) {
        put(theta, q, re)
        put(momentum, p, im)
        kernel.exports.run(HEAD, steps)
        get(theta, q, re)
        get(momentum, p, im)
      }
    },
  }
}
