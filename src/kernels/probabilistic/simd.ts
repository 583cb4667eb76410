import { groupSizes, type ProbabilisticEngine, type ProbabilisticNet, UNREAD } from './net.ts'
import { HEAD, place, STRIP } from './place.ts'

/**
 * The same as `probabilisticOracle` in WebAssembly SIMD with single precision: probabilities agree within 1e-5, a gradient
 * within 1e-5 of its largest entry. Every engine has a memory of its own, which grows with the rows it is shown.
 */
export function probabilisticSimd(net: ProbabilisticNet): ProbabilisticEngine {
  const sizes = groupSizes(net)
  let placed = place(net, 1)
  let rows = 0
  let means: Float64Array = new Float64Array(0)

  const outputs = readNeurons(net)
  /** Layouts depend on how many rows there are. */
  const resize = (count: number) => {
    rows = count
    const batch = Math.ceil(rows / STRIP) * STRIP
    means = new Float64Array(rows * net.groups)
    if (batch > placed.batch) {
      placed = place(net, rows)
      return
    }
    for (const { head, strips } of placed.cores) {
      const words = placed.i32.subarray(head / 4)
      words[HEAD.batch] = batch
      words[HEAD.rows] = rows
      words[HEAD.squares] = strips.from + words[HEAD.axons] * batch * 4
      placed.f32.fill(0, strips.from / 4, (strips.from + strips.bytes) / 4)
    }
  }
  return {
    forward(theta, drive, count) {
      if (count !== rows) resize(count)
      const { exports, f64, f32, cores, stride, signal } = placed
      f64.set(theta, placed.theta / 8)
      for (let r = 0; r < rows; r++)
        f32.set(drive.subarray(r * net.inputs, (r + 1) * net.inputs), signal / 4 + r * stride)
      for (const { head } of cores) {
        exports.pack(head)
        exports.gather(head)
        exports.forward(head)
      }
      means.fill(0)
      for (const { core, neuron, group } of outputs)
        for (let r = 0, at = signal / 4 + cores[core].first + neuron, to = group; r < rows; r++) {
          means[to] += f32[at] / sizes[group]
          at += stride
          to += net.groups
        }
      return means
    },
    backward(slopes) {
      const { exports, f64, f32, cores, batch, stride, error } = placed
      f32.fill(0, error / 4, error / 4 + batch * stride)
      for (const { core, neuron, group } of outputs)
        for (let r = 0, at = error / 4 + cores[core].first + neuron, from = group; r < rows; r++) {
          f32[at] = slopes[from] / sizes[group]
          at += stride
          from += net.groups
        }
      for (let c = cores.length - 1; c >= 0; c--) {
        const { head } = cores[c]
        exports.spread(head)
        exports.crossings(head)
        if (placed.i32[head / 4 + HEAD.wanted] !== 0) exports.axons(head)
      }
      // Not a copy: a megabyte less to move in every step of two cores.
      return f64.subarray(placed.gradient / 8, placed.gradient / 8 + net.parameters)
    },
  }
}

/** Every neuron that belongs to a group. */
function readNeurons({ cores }: ProbabilisticNet) {
  return cores.flatMap(({ groups }, core) =>
    Array.from(groups, (group, neuron) => ({ core, neuron, group })).filter(({ group }) => group !== UNREAD),
  )
}
