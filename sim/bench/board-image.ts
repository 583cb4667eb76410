import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../../src/errors.ts'
import { atmega328p } from './avr-chip.ts'
import { parseHex } from './avr-hex.ts'
import { packageRoot } from './process.ts'

/** Path of an image: "firmware" is the one in this package. */
export function imagePath(image = 'firmware'): string {
  if (image !== 'firmware') return image
  return join(packageRoot(import.meta.url), 'fixtures/firmware/insitu-chip-atmega328p.hex')
}

/** The flash of an ATmega328P with this image in it; throws `CONFIG` if it cannot be read or is damaged. */
export function flashOf(path: string): Uint8Array<ArrayBuffer> {
  return parseHex(readImage(path), atmega328p.flash, path)
}

function readImage(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (cause) {
    throw new InsituError('CONFIG', `board: image ${path} cannot be read: ${String(cause)}`, { cause })
  }
}
