import { describe, expect, it } from 'vitest'
import { barRegions, bars, letter, type Scene, sampled, sceneOf, siemensStar, slits } from '../../src/scenes/index.ts'

const SIDE = 2.56e-3
const grid = (size: number) => ({ rows: size, columns: size, pitch: SIDE / size })
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

/** Open area of a scene as a plane sees it, in m2. */
function area(scene: Scene, size: number, shift = { x: 0, y: 0 }): number {
  const plane = grid(size)
  return total(sampled(scene, plane, { shift })) * plane.pitch ** 2
}

describe('scenes', () => {
  it('hold the letter F of the reference configuration, pixel by pixel', () => {
    const image = sampled(letter('F', SIDE), grid(64))
    const inside = (r: number, c: number) =>
      (r >= 12 && r < 52 && c >= 14 && c < 22) ||
      (r >= 12 && r < 20 && c >= 14 && c < 48) ||
      (r >= 28 && r < 36 && c >= 14 && c < 40)
    for (let r = 0; r < 64; r++)
      // The edges lie on pixel borders up to the rounding of a border's place.
      for (let c = 0; c < 64; c++) expect(image[r * 64 + c]).toBeCloseTo(inside(r, c) ? 1 : 0, 10)
  })

  it.each([64, 63, 128, 100])('have the exact area of a letter on %i pixels a side, shifted too', (size) => {
    const f = (40 * 8 + 26 * 8 + 18 * 8) * (SIDE / 64) ** 2
    for (const shift of [
      { x: 0, y: 0 },
      { x: 13.7e-6, y: -8.1e-6 },
    ])
      expect(area(letter('F', SIDE), size, shift) / f).toBeCloseTo(1, 12)
    // O has a hole; counted as a frame.
    const o = (40 * 34 - 24 * 18) * (SIDE / 64) ** 2
    expect(area(letter('O', SIDE), size) / o).toBeCloseTo(1, 12)
  })

  it.each([60, 117.3, 180])('have the exact area of bars of %f um, wherever they are on the grid', (um) => {
    const width = um * 1e-6
    const scene = bars({ barWidth: width, side: SIDE })
    for (const x of [0, 7.7e-6]) expect(area(scene, 64, { x, y: 0 }) / (15 * width * width)).toBeCloseTo(1, 12)
    const flat = bars({ barWidth: width, side: SIDE, direction: 'flat' })
    expect(flat.transmission(2 * width, 2 * width)).toBe(1)
    expect(scene.transmission(2 * width, width)).toBe(1)
    expect(scene.transmission(width, 0)).toBe(0)
    const { bars: open, gaps } = barRegions({ barWidth: width, side: SIDE })
    expect(open.map((box) => scene.mean?.(box))).toEqual(open.map(() => expect.closeTo(1, 12)))
    expect(gaps.map((box) => scene.mean?.(box))).toEqual(gaps.map(() => expect.closeTo(0, 12)))
    expect(gaps).toHaveLength(2)
  })

  it('shift by parts of a pixel: half a pixel to the right halves what a left edge had', () => {
    const { pitch } = grid(64)
    const image = sampled(letter('F', SIDE), grid(64), { shift: { x: pitch / 2, y: 0 } })
    expect(image[40 * 64 + 14]).toBeCloseTo(0.5, 10)
    expect(image[40 * 64 + 22]).toBeCloseTo(0.5, 10)
    expect(image[40 * 64 + 13]).toBeCloseTo(0, 10)
    const down = sampled(letter('F', SIDE), grid(64), { shift: { x: 0, y: pitch / 4 } })
    expect(down[12 * 64 + 16]).toBeCloseTo(0.75, 10)
  })

  it('hold a star of half the area of its disc, with eight turns of its spokes', () => {
    const scene = siemensStar({ side: SIDE })
    const radius = (28 / 64) * SIDE
    // Points on a grid count a disc of this many of them to about a part in 1e4.
    expect(area(scene, 64) / ((Math.PI * radius ** 2) / 2)).toBeCloseTo(1, 3)
    const turn = Array.from({ length: 160 }, (_, n) => {
      const angle = ((n + 0.5) / 160) * 2 * Math.PI
      return scene.transmission(0.9 * radius * Math.cos(angle), 0.9 * radius * Math.sin(angle))
    })
    expect(turn.filter((value, n) => value !== turn[(n + 1) % 160])).toHaveLength(16)
    expect(scene.transmission(radius * 1.01, radius * 0.01)).toBe(0)
  })

  it('sample a plane finer to the same means', () => {
    const [coarse, fine] = [64, 256].map((size) =>
      sampled(siemensStar({ side: SIDE }), grid(size), { points: 4 * (256 / size) }),
    )
    for (const at of [0, 999, 2080, 3000]) {
      const [r, c] = [Math.floor(at / 64), at % 64]
      let sum = 0
      for (let j = 0; j < 4; j++) for (let i = 0; i < 4; i++) sum += fine[(4 * r + j) * 256 + 4 * c + i]
      expect(sum / 16).toBeCloseTo(coarse[at], 12)
    }
  })

  it('are found by name', async () => {
    const names = ['F', 'star', 'star:5', 'bars:120', 'slits:100,2', 'slits:100,3,250']
    for (const name of names) {
      const scene = await sceneOf(name, SIDE)
      expect(area(scene, 32)).toBeGreaterThan(0)
      expect(name.startsWith(scene.name)).toBe(true)
    }
    expect(slits({ width: 1e-4, side: SIDE }).name).toBe('slits:100,2')
  })

  it.each([
    '',
    'Q',
    'toString',
    'bars',
    'bars:0',
    'bars:x',
    'bars:120,3',
    'star:2.5',
    'slits:',
    'slits:100,2.5',
    'slits:100,2,50',
    'slits:900,3',
    'picture.png',
  ])('refuse "%s"', (name) => expect(sceneOf(name, SIDE)).rejects.toMatchObject({ code: 'CONFIG' }))
})
