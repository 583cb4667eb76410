import { STREAM } from '../../random/streams.ts'
import { threefry2x32 } from '../../random/threefry.ts'

/** Blocks of a tick that hold neuron words; those of synapses follow. */
const NEURON_BLOCKS = 128

/**
 * The random numbers of one core in one tick, by place, so that no path through the tick depends on an order.
 *
 * Key (seed, STREAM.coreTick x 65536 + core), counter (tick, block), Threefry-2x32-20. Block n < 128: word w serves
 * neuron 2 n + w: its low 8 bits are rho of the leak, its next 17 bits rho_T of the threshold. Block
 * 128 + 32 axon + m: its eight bytes, low byte of the first word first, are rho of the synapses from this axon to
 * neurons 8 m .. 8 m + 7.
 */
export class Rho {
  readonly #key0: number
  readonly #key1: number
  readonly #out = new Uint32Array(2)
  #tick = 0
  #block = -1

  constructor(seed: number, core: number) {
    this.#key0 = seed
    this.#key1 = STREAM.coreTick * 65536 + core
  }

  /** Goes to a tick, modulo 2^32. */
  at(tick: number): void {
    this.#tick = tick
    this.#block = -1
  }

  /** rho of the leak in its low 8 bits, rho_T in the 17 bits above. */
  neuron(neuron: number): number {
    return this.#word(neuron >> 1, neuron & 1)
  }

  synapse(axon: number, neuron: number): number {
    const word = this.#word(NEURON_BLOCKS + 32 * axon + (neuron >> 3), (neuron >> 2) & 1)
    return (word >>> (8 * (neuron & 3))) & 255
  }

  #word(block: number, word: number): number {
    if (block !== this.#block) {
      threefry2x32(this.#key0, this.#key1, this.#tick, block, this.#out)
      this.#block = block
    }
    return this.#out[word]
  }
}
