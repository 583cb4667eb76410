import { type SpikingLayerSpec, spikingSheet } from '../../devices/spiking-layer/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { StatePort } from '../../src/contract/facets.ts'
import { safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { statePort } from '../state.ts'
import { SpikingBody } from './body.ts'
import { drawGains, drawThresholds, type SpikingImperfections } from './imperfections.ts'
import { spikingPreset } from './presets.ts'

export interface SpikingLayerOptions extends Partial<SpikingLayerSpec> {
  readonly inputs: number
  readonly neurons: number
  /** A name from `SPIKING_PRESETS`; default "ideal". */
  readonly preset?: string
  /** Changes to the preset. */
  readonly imperfections?: Partial<SpikingImperfections>
  /** Which machine: its mismatch and jitter; default 1. */
  readonly seed?: number
  /** Most slots per exchange; default 4096. */
  readonly maxSlots?: number
}

/** A neuron of cortex as models have it, ms; potentials in units of the threshold. */
export const SPIKING_DEFAULTS = {
  spikesPerInput: 1,
  spikesPerNeuron: 1,
  window: 100,
  tauM: 20,
  tauS: 5,
  threshold: 1,
  reset: 0,
} as const

/** A simulated spiking layer behind the contract. */
export interface SpikingSimulator extends Backend {
  readonly state: StatePort
}

/**
 * A simulated layer of spiking neurons (`devices/spiking-layer` says what it means): spike times are solved for, not
 * stepped to. Throws `CONFIG` naming what cannot be.
 */
export function spikingLayerSimulator(options: SpikingLayerOptions): SpikingSimulator {
  const { preset = 'ideal', imperfections: changes, seed = 1, maxSlots = 4096, ...given } = options
  const layer: SpikingLayerSpec = { ...SPIKING_DEFAULTS, ...given }
  const imperfections: SpikingImperfections = { ...spikingPreset(preset).imperfections, ...changes }
  const { weightMismatch, thresholdMismatch, jitter, weights, clock } = imperfections
  for (const [key, value] of Object.entries({ weightMismatch, thresholdMismatch, jitter }))
    if (!(value >= 0 && Number.isFinite(value)))
      throw new InsituError('CONFIG', `spiking-layer: ${key} must be zero or positive, got ${value}`)
  const sheet = spikingSheet(layer, {
    kind: 'simulator',
    identity: `${layer.inputs}-${layer.neurons}, ${preset}${changes ? ' changed' : ''}, layer ${seed}`,
    ...{ weights, clock, jitter, maxSlots },
    repeatable: true,
    settings: { preset, imperfections, seed },
  })
  const gains = drawGains(layer.inputs * layer.neurons, weightMismatch, seed)
  const thresholds = drawThresholds(layer, thresholdMismatch, seed)
  const body = new SpikingBody({ layer, sheet, gains, thresholds, seed })
  return {
    sheet,
    async store(theta) {
      body.store(theta)
    },
    async measure(block, into) {
      return body.run(block, into)
    },
    state: statePort(body),
    async [Symbol.asyncDispose]() {
      body.store(safeTheta(sheet))
    },
  }
}
