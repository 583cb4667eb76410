import { describe, expect, it } from 'vitest'
import { imagerTheta } from '../../../devices/index.ts'
import { imagerPatterns } from '../../../sim/thz/imager-patterns.ts'
import { thzImagerBody } from '../../../sim/thz/thz-imager.ts'
import { patternsOf } from '../../../src/patterns/family.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

const object = fillUniform(draws(1, STREAM.testInputs), 0, 1, new Float64Array(256))

/** An imager that counts how often it makes patterns and projects on them. */
function counted() {
  const body = thzImagerBody({ pixels: 8, object })
  const calls = { made: 0, projected: 0 }
  const port = imagerPatterns(body, 8, (...args) => {
    calls.made++
    const patterns = patternsOf(...args)
    return {
      ...patterns,
      project(image, into) {
        calls.projected++
        patterns.project(image, into)
      },
    }
  })
  /** Shows patterns in windows of `step`. */
  const read = async (family: string, distance: number, step: number, count = 64) => {
    body.store(imagerTheta(body.sheet, { distance }))
    const into = new Float64Array(2 * count)
    for (let first = 0; first < count; first += step) {
      const target = into.subarray(2 * first, 2 * (first + step))
      await port.measure({ family, first, count: step, pairing: 'opposite', hold: 1 }, target)
    }
    return into
  }
  return { read, calls }
}

describe('patterns made on board, window by window', () => {
  it.each(['hadamard cake-cutting', 'fourier three-step', 'random:1', 'raster'])(
    '%s: read as in one window',
    async (family) => {
      const [pieces, whole] = [counted(), counted()]
      for (const distance of [500e-6, 500e-6, 400e-6])
        expect(await pieces.read(family, distance, 2)).toEqual(await whole.read(family, distance, 64))
    },
  )

  it('are made and projected anew only as their number doubles, and where the parameters change', async () => {
    const { read, calls } = counted()
    // Room for 2, 4, 8, 16, 32 and 64.
    const first = await read('hadamard walsh', 500e-6, 2)
    expect(calls).toEqual({ made: 6, projected: 6 })
    expect(await read('hadamard walsh', 500e-6, 2)).toEqual(first)
    expect(calls).toEqual({ made: 6, projected: 6 })
    expect(await read('hadamard walsh', 400e-6, 2)).not.toEqual(first)
    expect(calls).toEqual({ made: 6, projected: 7 })
  })

  it('may be more than there are pixels where the family has them', async () => {
    const [one, other] = [counted(), counted()]
    expect(await one.read('random:1', 500e-6, 10, 100)).toEqual(await other.read('random:1', 500e-6, 100, 100))
  })
})
