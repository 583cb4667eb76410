import {
  type LinearReadoutRanges,
  type LinearReadoutSpec,
  linearReadoutSheet,
  WIDE_RANGES,
} from '../../devices/linear-readout.ts'
import type { TapPort } from '../../src/contract/facets.ts'
import { Readout } from '../imperfections/readout.ts'
import { type Simulator, simulator, tapPort } from '../simulator.ts'
import { LinearReadoutBody } from './body.ts'

export interface LinearReadoutOptions extends LinearReadoutSpec {
  /** What does not lie within is clipped, refused or read as the end of its range; default `WIDE_RANGES`. */
  readonly ranges?: Partial<LinearReadoutRanges>
  /** Most slots per exchange; default 4096. */
  readonly maxSlots?: number
  /** Time of one slot, seconds; default 1 us. */
  readonly slotSeconds?: number
}

/** A simulated net with a linear readout (`devices/linear-readout.ts` says what it means), with `codes`, `state` and `taps`. */
export function linearReadout(options: LinearReadoutOptions): Simulator & { readonly taps: TapPort } {
  const { ranges, maxSlots = 4096, slotSeconds = 1e-6, ...spec } = options
  const { inputs, hidden, outputs = 1, activation } = spec
  const sheet = linearReadoutSheet(spec, {
    kind: 'simulator',
    identity: `${inputs}-${hidden}-${outputs} ${activation}`,
    ranges: { ...WIDE_RANGES, ...ranges },
    maxSlots,
    slotSeconds,
  })
  const body = new LinearReadoutBody(spec, sheet)
  const readout = new Readout(body, { drift: 0, seed: 1 })
  return { ...simulator(readout), taps: tapPort(readout.taps ?? body.taps) }
}
