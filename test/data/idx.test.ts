import { describe, expect, it } from 'vitest'
import { idxImages, parseIdx } from '../../src/data/idx.ts'

const images = (rows = 2) => Uint8Array.of(0, 0, 8, 3, 0, 0, 0, rows, 0, 0, 0, 2, 0, 0, 0, 3, ...Array(rows * 6).keys())
const labels = (rows = 2) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, rows, ...Array(rows).keys())
const named = (name: string, bytes: Uint8Array) => ({ name, bytes })

describe('IDX files', () => {
  it('are read', () => {
    const read = idxImages(named('x', images()), named('y', labels()))
    expect(read).toMatchObject({ rows: 2, height: 2, width: 3 })
    expect([...read.pixels]).toEqual([...Array(12).keys()])
    expect([...read.labels]).toEqual([0, 1])
  })

  it('are read from within a larger buffer', () => {
    const buffer = new Uint8Array(40)
    buffer.set(labels(), 5)
    expect([...parseIdx(buffer.subarray(5, 15), 'y').data]).toEqual([0, 1])
  })

  const changed = (at: number, value: number) => images().map((byte, n) => (n === at ? value : byte))
  it.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(0), /^x, byte 0: the file ends/],
    ['text', new TextEncoder().encode('5,0,1'), /^x, bytes 0-1: not an IDX file: wanted 0 0, got 53 44/],
    ['compressed', Uint8Array.of(0x1f, 0x8b, 8, 0), /got 31 139, it is compressed with gzip/],
    ['of a type that does not exist', changed(2, 7), /^x, byte 2: not an IDX file: there is no element type 7/],
    ['of floats', changed(2, 13), /^x, byte 2: wanted unsigned bytes \(8\), got 32-bit floats \(13\)/],
    ['without dimensions', changed(3, 0), /^x, byte 3: wanted at least one dimension/],
    ['cut in its head', images().subarray(0, 9), /^x, byte 9: the file ends within the sizes of 3 dimensions/],
    [
      'cut in its data',
      images().subarray(0, 20),
      /^x, byte 20: the file is truncated: 2 x 2 x 3 are 12 bytes of data, got 4/,
    ],
    ['longer than it says', changed(7, 1), /^x, byte 22: 6 bytes follow the 1 x 2 x 3 of data/],
    [
      'of 255 dimensions',
      Uint8Array.from({ length: 1024 }, (_, n) => (n < 3 ? [0, 0, 8][n] : 255)),
      /truncated: 4294967295 x 4294967295 x 4294967295 x 4294967295 x \.\.\. are Infinity bytes of data, got 0$/,
    ],
    ['of nothing', changed(7, 0), /^x, bytes 4-15: there is nothing in 0 x 2 x 3 elements/],
  ])('are refused where they are %s', (_, bytes, message) => {
    expect(() => parseIdx(bytes, 'x')).toThrow(message)
  })

  it('are refused where two do not belong together', () => {
    const both = (a: Uint8Array, b: Uint8Array) => () => idxImages(named('x', a), named('y', b))
    expect(both(labels(), images())).toThrow('x holds labels and y images: the two are swapped')
    expect(both(labels(), labels())).toThrow('x, byte 3: wanted images, 3 dimensions, got 1 dimensions (2)')
    expect(both(images(), images())).toThrow('y, byte 3: wanted labels, 1 dimension, got 3 dimensions (2 x 2 x 3)')
    expect(both(images(2), labels(3))).toThrow('x has 2 images, y 3 labels')
  })
})
