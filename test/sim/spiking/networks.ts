import type { SpikingNetwork } from '../../../sim/index.ts'
import type { NirNeurons } from '../../../src/exchange/nir/index.ts'

const all = (size: number, value: number) => new Float64Array(size).fill(value)

/** Neurons of one kind, all alike. */
export function neurons(
  type: NirNeurons['type'],
  size: number,
  { tau, tauSyn, r = 1, threshold = 1, wIn = 1, leak = 0, reset = 0 }: Partial<Record<string, number>>,
): NirNeurons {
  return {
    type,
    shape: [size],
    r: all(size, r),
    ...(tau !== undefined && { tauMem: all(size, tau) }),
    ...(tauSyn !== undefined && { tauSyn: all(size, tauSyn) }),
    vLeak: all(size, leak),
    wIn: all(size, wIn),
    vThreshold: all(size, threshold),
    vReset: all(size, reset),
  }
}

/** One neuron that hears one input through one weight. */
export function single(cell: NirNeurons, weight = 1, bias = 0): SpikingNetwork {
  const synapses = {
    rows: 1,
    columns: 1,
    starts: Int32Array.of(0, 1),
    targets: Int32Array.of(0),
    weights: Float64Array.of(weight),
  }
  return {
    name: 'single',
    inputs: 1,
    populations: [{ name: 'cell', size: 1, neurons: cell, bias: Float64Array.of(bias) }],
    projections: [{ from: 'drive', to: 0, synapses, path: 'input -> cell' }],
    output: 0,
  }
}
