import { InsituError } from '../../../src/errors.ts'
import { AXONS, type CoreNetwork, NEURONS } from '../network.ts'
import { memorylessNeuron, TIES, type Tie } from './neuron.ts'
import { openCore, outputCore } from './outputs.ts'

/** How the copies of an input lie on the axons: turned by one axon per copy, or each at the same place. */
export const ARRANGEMENTS = ['rotated', 'plain'] as const
export type Arrangement = (typeof ARRANGEMENTS)[number]

/** Most cores of a layout: beyond, the objects of its neurons alone fill the memory. */
export const MOST_CORES = 4096

export interface StackOptions {
  /** Input lines, at most 256; each is copied to as many axons as there is room for. Default 64. */
  readonly lines?: number
  /** Output lines; default 10. */
  readonly classes?: number
  /** Cores, one after the other; default 2. */
  readonly cores?: number
  /** `rotated` (default): copy k turned by k, so that a line meets as many axon types as it has copies. */
  readonly arrangement?: Arrangement
  /** Default 'strict'. */
  readonly tie?: Tie
  /** Of the signs; default 1. */
  readonly seed?: number
}

/** Cores one after the other, all crossings open: the first sees copies of the inputs, the last has the classes. */
export function stackLayout(options: StackOptions = {}): CoreNetwork {
  const { lines = 64, classes = 10, cores = 2, arrangement = 'rotated', tie = TIES[0], seed = 1 } = options
  checkCount('lines', lines, AXONS)
  checkCount('classes', classes, NEURONS)
  checkCount('cores', cores, MOST_CORES)
  if (!ARRANGEMENTS.includes(arrangement))
    throw new InsituError(
      'CONFIG',
      `neuromorphic-core: arrangement must be ${ARRANGEMENTS.join(' or ')}, got ${String(arrangement)}`,
    )
  const copies = Math.floor(AXONS / lines)
  const turn = arrangement === 'rotated' ? 1 : 0
  const hidden = (core: number) =>
    openCore(
      Array.from({ length: NEURONS }, (_, j) =>
        memorylessNeuron(seed, core * NEURONS + j, tie, { core: core + 1, axon: j, delay: 1 }),
      ),
    )
  return {
    cores: [
      ...Array.from({ length: cores - 1 }, (_, core) => hidden(core)),
      outputCore(classes, seed, (cores - 1) * NEURONS, tie),
    ],
    // Copy k has line p at place (p - k) mod lines: axon i of the copy hears line i + k.
    inputs: Array.from({ length: lines }, (_, p) =>
      Array.from({ length: copies }, (_, k) => ({ core: 0, axon: k * lines + ((p + (lines - turn) * k) % lines) })),
    ),
    outputs: classes,
    seed,
  }
}

export function checkCount(name: string, given: number, most: number): void {
  if (Number.isInteger(given) && given >= 1 && given <= most) return
  throw new InsituError('CONFIG', `neuromorphic-core: ${name} must be a whole number from 1 to ${most}, got ${given}`)
}
