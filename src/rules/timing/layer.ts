import type { DataSheet } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { Membrane } from '../../kernels/membrane.ts'

/**
 * A layer of current-based leaky integrate-and-fire neurons: dV/dt = -V / tauM + I, dI/dt = -I / tauS, I jumps by the
 * weight at every input spike, V falls to `reset` when it reaches `threshold`. Every window begins with V = I = 0.
 */
export interface SpikingLayer extends Membrane {
  readonly inputs: number
  /** Most spikes of one input in a window. */
  readonly spikesPerInput: number
  readonly neurons: number
  /** Spikes of one neuron that are reported: the first ones. */
  readonly spikesPerNeuron: number
  /** Length of a window, in the unit of the time constants; a spike at this time or later is no spike. */
  readonly window: number
  readonly threshold: number
  /** Below the threshold. Where V meets the threshold exactly, this is a subtraction of threshold - reset as well. */
  readonly reset: number
}

/** One neuron of a layer in one window: all weights, the drive as the port has it, and which neuron. */
export interface NeuronRow {
  readonly weights: Float64Array
  readonly drive: Float64Array
  readonly neuron: number
}

/** Where the weight lies that number `s` of the drive has to a neuron. */
export function weightAt({ spikesPerInput, neurons }: SpikingLayer, s: number, neuron: number): number {
  return Math.floor(s / spikesPerInput) * neurons + neuron
}

const COUNTS = ['inputs', 'spikesPerInput', 'neurons', 'spikesPerNeuron'] as const
const POSITIVE = ['tauM', 'tauS', 'window', 'threshold'] as const

/** Throws `CONFIG` naming the first number of a layer that cannot be; `of` says whose it is. */
export function checkLayer(of: string, layer: SpikingLayer): void {
  const bad = (key: keyof SpikingLayer, wanted: string, hint?: string) =>
    new InsituError('CONFIG', `${of}: ${key} must be ${wanted}, got ${String(layer[key])}`, hint ? { hint } : {})
  for (const key of COUNTS)
    if (!(Number.isSafeInteger(layer[key]) && layer[key] >= 1)) throw bad(key, 'a whole number from 1')
  for (const key of POSITIVE) if (!(layer[key] > 0 && Number.isFinite(layer[key]))) throw bad(key, 'a positive number')
  if (!(Number.isFinite(layer.reset) && layer.reset < layer.threshold))
    throw bad('reset', `below the threshold of ${layer.threshold}`, 'a neuron that is reset above it fires without end')
}

/** What a machine says of its layer in `sheet.settings`; throws `CAPABILITY` if it is no spiking layer. */
export function spikingLayerOf(of: string, sheet: DataSheet, name: string): SpikingLayer {
  const stated = (key: keyof SpikingLayer): number => {
    const value = sheet.settings[key]
    if (typeof value === 'number') return value
    throw new InsituError('CAPABILITY', `${of} needs a spiking layer; ${name} does not state its ${key}`, {
      device: sheet.machine,
      hint: 'the settings of its data sheet must name the layer as SpikingLayer does',
    })
  }
  const layer: SpikingLayer = {
    inputs: stated('inputs'),
    spikesPerInput: stated('spikesPerInput'),
    neurons: stated('neurons'),
    spikesPerNeuron: stated('spikesPerNeuron'),
    window: stated('window'),
    tauM: stated('tauM'),
    tauS: stated('tauS'),
    threshold: stated('threshold'),
    reset: stated('reset'),
  }
  checkLayer(`${of} on ${name}`, layer)
  return layer
}
