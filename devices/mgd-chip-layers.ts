import type { NeuronLayer } from '../src/rules/feedback/layers.ts'
import { type ChipSpec, chipLayout } from './mgd-chip.ts'

/** The layers of a chip as rules without a twin want them: its biases are subtracted, its curve is the same everywhere. */
export function chipLayers(spec: ChipSpec): readonly NeuronLayer[] {
  return chipLayout(spec).layers.map((layer) => ({ ...layer, bias: -1, activation: spec.activation }))
}
