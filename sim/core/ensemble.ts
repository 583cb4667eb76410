import { InputSpikes } from '../../devices/neuromorphic-core/input-spikes.ts'
import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import { probabilisticNet } from '../../devices/neuromorphic-core/probabilistic-net.ts'
import { coreLayout } from '../../devices/neuromorphic-core/theta.ts'
import { InsituError } from '../../src/errors.ts'
import { closed, memberSeed, SynapseDraws } from '../../src/kernels/core/member.ts'
import { sampler } from '../../src/kernels/probabilistic/sampler.ts'
import { idleWork } from './idle-work.ts'
import { requireEqualWays } from './ways.ts'

export interface EnsembleOptions {
  readonly network: CoreNetwork
  /** Parameters as the machine has them; crossings are probabilities. */
  readonly theta: Float64Array
  /** What is shown, rows x lines: probabilities of input spikes. */
  readonly drive: Float64Array
  readonly rows: number
  readonly members: number
  readonly ticks: number
  /** Default the network's own. */
  readonly seed?: number
}

/** What one member answered. */
export interface MemberCounts {
  readonly member: number
  /** Spikes on every output line, ticks x rows x lines; valid until the next member. */
  readonly counts: Uint16Array
  /** Synaptic operations of all ticks. */
  readonly operations: number
  /** Those of them in ticks of a presentation before a core hears of its spikes and after the last: neurons may spike unasked. */
  readonly idle: number
}

/** Presentations at once: enough to keep the kernel busy, few enough for a small memory. */
const AT_ONCE = 16384

/**
 * Samples of a trained network, one member after the other: bits drawn once, input spikes in every tick.
 *
 * Member m counts what `neuromorphicCore({ synapses: 'held', member: m, ticks, seed })` counts when it is shown the rows
 * from its first slot on, spike by spike, but for hundreds of presentations at a time. Throws `CONFIG` for a network that
 * `probabilisticNet` refuses or whose ways from inputs to outputs are not equally long, for a threshold above 1 and for
 * numbers of rows, members or ticks that cannot be; `SHAPE` for parameters or a drive of another length.
 */
export function* ensemble(options: EnsembleOptions): Generator<MemberCounts, void> {
  const { network, theta, drive, rows, members, ticks, seed = network.seed ?? 0 } = options
  for (const [name, count] of Object.entries({ rows, members, ticks }))
    if (!Number.isSafeInteger(count) || count < 1)
      throw new InsituError('CONFIG', `ensemble: ${name} must be a whole number from 1, got ${count}`)
  const net = probabilisticNet(network)
  requireEqualWays(network)
  const { synapses, threshold, paramCount } = coreLayout(network)
  const lines = network.inputs.length
  if (theta.length !== paramCount || drive.length !== rows * lines)
    throw new InsituError(
      'SHAPE',
      `ensemble: wanted ${paramCount} parameters and ${rows} x ${lines} inputs, got ${theta.length} and ${drive.length}`,
    )
  const high = theta.findIndex((alpha, i) => i >= threshold && alpha >= 1.5)
  if (high >= 0)
    throw new InsituError(
      'CONFIG',
      `ensemble: neuron ${high - threshold} has the threshold ${theta[high]}, wanted 0 or 1: above, it remembers`,
    )
  const chunk = Math.max(1, Math.min(rows, Math.floor(AT_ONCE / ticks)))
  const sample = sampler(net, chunk * ticks)
  const unasked = idleWork(network)
  const words = new Uint32Array(synapses)
  const bits = new Uint8Array(synapses)
  const spikes = new Uint8Array(lines)
  const counts = new Uint16Array(ticks * rows * net.groups)
  const part = new Uint16Array(ticks * chunk * net.groups)
  for (let member = 0; member < members; member++) {
    const own = memberSeed(seed, member)
    new SynapseDraws(own).words(0, words)
    for (let i = 0; i < synapses; i++) bits[i] = closed(words[i], theta[i]) ? 1 : 0
    sample.set(bits, theta)
    const source = new InputSpikes(own, ticks)
    const idle = rows * unasked(bits, theta)
    let operations = idle
    for (let first = 0; first < rows; first += chunk) {
      const some = Math.min(chunk, rows - first)
      sample.input.fill(0)
      for (let tick = 0; tick < ticks; tick++)
        for (let r = 0; r < some; r++) {
          source.draw(first + r, tick, drive, (first + r) * lines, lines, spikes, 0)
          const n = tick * some + r
          for (let line = 0; line < lines; line++)
            if (spikes[line] !== 0) sample.input[line * sample.words + (n >> 5)] |= 1 << (n & 31)
        }
      part.fill(0)
      sample.run(part)
      operations += sample.operations(some * ticks)
      const width = some * net.groups
      for (let tick = 0; tick < ticks; tick++)
        counts.set(part.subarray(tick * width, (tick + 1) * width), (tick * rows + first) * net.groups)
    }
    yield { member, counts, operations, idle }
  }
}
