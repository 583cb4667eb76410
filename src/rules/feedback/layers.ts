import type { Device } from '../../contract/device.ts'
import { paramCount } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { DenseLayer } from '../../twins/layers.ts'
import type { Curve } from '../../twins/surrogate.ts'

/** A dense layer with what is known of its neurons. */
export interface NeuronLayer extends DenseLayer {
  /** The curve of its neurons, as far as it is known: which outputs are at an end of their range. */
  readonly activation: Curve
  /** Fixed factor of the machine on the sum, bias included, that enters the curve; default 1. */
  readonly gain?: number
}

/** Throws `CONFIG` for a net without a hidden layer, `SHAPE` where the layers are not those of the machine. */
export function checkLayers(rule: string, layers: readonly NeuronLayer[], device: Device<'taps'>): void {
  const { sheet, taps, name } = device
  if (layers.length < 2)
    throw new InsituError(
      'CONFIG',
      `${rule} sends errors back to hidden layers; ${name} was given ${layers.length} layers`,
      {
        device: sheet.machine,
        hint: 'a machine of one layer learns by its own error: use chip-in-the-loop or a rule that perturbs',
      },
    )
  const wanted = [sheet.drive.width, ...taps.layers.map(({ width }) => width), sheet.sense.width]
  const given = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)]
  const joined = layers.every(({ inputs }, l) => inputs === given[l])
  if (wanted.join('-') !== given.join('-') || !joined)
    throw new InsituError(
      'SHAPE',
      `${rule}: ${name} has layers ${wanted.join('-')} from its drive over its taps to its readings, was told ${layers.map(({ inputs, outputs }) => `${inputs} to ${outputs}`).join(', ')}`,
      { device: sheet.machine, hint: 'the layer map must be that of the machine' },
    )
  const count = paramCount(sheet)
  layers.forEach(({ inputs, outputs, w, b, bias }, l) => {
    const ends = [w, w + inputs * outputs, ...(bias === 0 ? [] : [b, b + outputs])]
    if (ends.every((end) => Number.isInteger(end) && end >= 0 && end <= count)) return
    throw new InsituError(
      'SHAPE',
      `${rule}: layer ${l} of ${name} would lie at ${ends.join(', ')} of ${count} parameters`,
      { device: sheet.machine },
    )
  })
}
