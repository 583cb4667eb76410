import { InsituError } from '../../src/errors.ts'

/**
 * Reads an Intel hex image into `size` bytes of flash; what the image leaves out stays erased (FF).
 *
 * Throws `CONFIG` naming the line for a damaged record, a record type an 8-bit board has no use for, or an address
 * outside the flash.
 */
export function parseHex(text: string, size: number, name = 'image'): Uint8Array<ArrayBuffer> {
  const flash = new Uint8Array(size).fill(0xff)
  let base = 0
  let ended = false
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const bad = (what: string) => new InsituError('CONFIG', `hex ${name}, line ${index + 1}: ${what}`)
    if (ended) throw bad('a record after the end record')
    const bytes = recordBytes(line)
    if (!bytes) throw bad('not an intact Intel hex record')
    const address = (bytes[1] << 8) | bytes[2]
    const data = bytes.subarray(4, -1)
    if (bytes[3] === 0) {
      if (base + address + data.length > size)
        throw bad(`address ${base + address} lies outside ${size} bytes of flash`)
      flash.set(data, base + address)
    } else if (bytes[3] === 1) ended = true
    else if (bytes[3] === 2) base = ((data[0] << 8) | data[1]) * 16
    else if (bytes[3] === 4) base = ((data[0] << 8) | data[1]) * 65536
    // 3 and 5 name a start address; an AVR starts at 0.
    else if (bytes[3] !== 3 && bytes[3] !== 5) throw bad(`unknown record type ${bytes[3]}`)
  }
  if (!ended) throw new InsituError('CONFIG', `hex ${name}: wanted an end record, got none`, { hint: 'is it cut off?' })
  return flash
}

function recordBytes(line: string): Uint8Array | undefined {
  if (!/^:([0-9a-f]{2}){5,}$/i.test(line)) return undefined
  const bytes = Uint8Array.from(Buffer.from(line.slice(1), 'hex'))
  const sum = bytes.reduce((total, byte) => (total + byte) & 255, 0)
  return sum === 0 && bytes.length === bytes[0] + 5 ? bytes : undefined
}
