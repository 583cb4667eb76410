import { STREAM } from '../../random/streams.ts'
import { type AxonOrder, CORE, MODE, NEEDS, RECORD } from './layout.ts'
import { type CoreSettings, FLAG, RESET, SIZE, TYPES } from './settings.ts'

/** A chip's memory by width. */
export interface ChipMemory {
  readonly u8: Uint8Array
  readonly i16: Int16Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
}

const HIGHEST = 524287
/** Beyond any potential: a neuron that is not used is never at one end or the other. */
const NEVER = 0x7fffffff

/** Writes what never changes about a core whose block begins at `at`: its keys and the order of its axons. */
export function writeCore({ u8, u32 }: ChipMemory, at: number, settings: CoreSettings, order: AxonOrder): void {
  const word = (place: number) => (at + place) / 4
  u32[word(CORE.neurons)] = settings.neurons
  u32[word(CORE.whole)] = Math.ceil(settings.neurons / 16) * 16
  u32[word(CORE.slots)] = order.words.length <= TYPES ? 4 : 8
  u32[word(CORE.key0)] = settings.seed
  u32[word(CORE.key1)] = STREAM.coreTick * 65536 + settings.core
  order.words.forEach(({ type, rank, axons }, w) => {
    u32[word(CORE.rank) + w] = rank
    u32[word(CORE.type) + w] = type
    u32[word(CORE.axons) + w] = axons
  })
  u8.set(order.axon, at + CORE.axon)
}

/** Writes what the neurons of a core are set to, and what that needs. */
export function writeNeurons(memory: ChipMemory, at: number, settings: CoreSettings, order: AxonOrder): void {
  const drawing = writeRecords(memory.i32, (at + CORE.neuron) / 4, settings)
  const chance = writeWeights(memory, at, settings)
  writeTable(memory.i16, (at + CORE.table) / 2, settings, order)
  const { flags, neurons } = settings
  const reversal = flags.subarray(0, neurons).some((bits) => (bits & FLAG.leakReversal) !== 0)
  memory.u32.set(chance, (at + CORE.chance) / 4)
  memory.u32[(at + CORE.drawing) / 4] = drawing
  memory.u32[(at + CORE.needs) / 4] =
    (chance.some((groups) => groups !== 0) ? NEEDS.synapses : 0) |
    (drawing !== 0 ? NEEDS.numbers : 0) |
    (reversal ? NEEDS.reversal : 0)
}

/** Records of four neurons; a bit for every group of eight that draws random numbers. */
function writeRecords(i32: Int32Array, first: number, settings: CoreSettings): number {
  const { neurons, leak, flags, reset, threshold, thresholdMask, negativeThreshold, resetPotential } = settings
  let drawing = 0
  for (let j = 0; j < SIZE; j++) {
    const at = first + (j >> 2) * RECORD.size + (j & 3)
    const used = j < neurons
    const saturates = (flags[j] & FLAG.saturateBelow) !== 0
    const value = reset[j] === RESET.value
    const subtract = reset[j] === RESET.subtract
    const random = used && (flags[j] & FLAG.stochasticLeak) !== 0
    if (random || (used && thresholdMask[j] !== 0)) drawing |= 1 << (j >> 3)
    i32[at + RECORD.leak] = used ? leak[j] : 0
    i32[at + RECORD.top] = used ? threshold[j] : NEVER
    i32[at + RECORD.low] = used ? -negativeThreshold[j] : -NEVER
    i32[at + RECORD.value] = value ? resetPotential[j] : 0
    i32[at + RECORD.below] = saturates ? -negativeThreshold[j] : value ? Math.min(-resetPotential[j], HIGHEST) : 0
    i32[at + RECORD.mask] = used ? thresholdMask[j] : 0
    i32[at + RECORD.modes] =
      (subtract ? MODE.take : 0) |
      (value ? 0 : MODE.keep) |
      (!saturates && subtract ? MODE.add : 0) |
      (saturates || value ? 0 : MODE.hold) |
      (random ? MODE.randomLeak : 0) |
      ((flags[j] & FLAG.leakReversal) !== 0 ? MODE.reversed : 0) |
      (saturates ? 0 : MODE.widened)
  }
  return drawing
}

/** Weights by type: certain ones as they are, stochastic ones as magnitude and sign; the groups of 32 that have any. */
function writeWeights({ u8, i16 }: ChipMemory, at: number, settings: CoreSettings): Uint32Array {
  const { neurons, weight, stochasticWeight } = settings
  const chance = new Uint32Array(TYPES)
  for (let type = 0; type < TYPES; type++) {
    const certain = (at + CORE.weight) / 2 + type * SIZE
    const magnitude = at + CORE.magnitude + type * SIZE
    const sign = at + CORE.sign + type * SIZE
    for (let j = 0; j < neurons; j++) {
      const s = weight[j * TYPES + type]
      const random = ((stochasticWeight[j] >> type) & 1) !== 0
      if (random) chance[type] |= 1 << (j >> 5)
      i16[certain + j] = random ? 0 : s
      // A random number has 8 bits: 256 is as certain as 255.
      u8[magnitude + j] = Math.min(Math.abs(s), 255)
      u8[sign + j] = random ? Math.sign(s) : 0
    }
  }
  return chance
}

/** One weight per word of a set of axons and neuron, for counting. */
function writeTable(i16: Int16Array, first: number, { neurons, weight }: CoreSettings, { words }: AxonOrder): void {
  const slots = words.length <= TYPES ? 4 : 8
  for (let w = 0; w < words.length; w++) {
    const { type } = words[w]
    for (let j = 0; j < neurons; j++) i16[first + j * slots + w] = weight[j * TYPES + type]
  }
}
