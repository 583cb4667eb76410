import { InsituError } from '../src/errors.ts'
import { ByteWriter } from '../src/wire/index.ts'

const ACTIVATIONS = ['sigmoid', 'tanh', 'relu'] as const

/** Layer sizes of a chip, inputs first, and the activation behind every layer. */
export interface ChipSetup {
  readonly layers: readonly number[]
  readonly activation: (typeof ACTIVATIONS)[number]
}

/** The bytes that set a chip up; see CONFIGURE in `docs/reference/wire.md`. */
export function chipSetup({ layers, activation }: ChipSetup): Uint8Array {
  const whole = layers.every((width) => Number.isInteger(width) && width >= 1 && width <= 255)
  if (layers.length < 2 || layers.length > 255 || !whole) {
    throw new InsituError('CONFIG', `layers must be two or more whole numbers from 1 to 255, got ${layers.join('-')}`, {
      hint: 'for example 4-5-3',
    })
  }
  const kind = ACTIVATIONS.indexOf(activation)
  if (kind < 0) {
    throw new InsituError('CONFIG', `activation must be ${ACTIVATIONS.join(', ')}, got ${String(activation)}`)
  }
  const writer = new ByteWriter()
  writer.u8(layers.length)
  for (const width of layers) writer.u8(width)
  writer.u8(kind)
  return writer.done()
}
