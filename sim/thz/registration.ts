/** How a frame of pixels lies on the wafer. Shifts in m. */
export interface Placement {
  readonly shiftX: number
  readonly shiftY: number
  readonly rotation: number
  readonly magnification: number
}

/** A frame of pixels laid over finer cells; outside the frame it is dark. */
export interface Overlay {
  /** Writes the mean of the pixels over every cell. */
  spread(pixels: ArrayLike<number>, into: Float64Array): void
  /** The transpose: writes the sum over the cells of each pixel. */
  gather(cells: ArrayLike<number>, into: Float64Array): void
}

/** What is nearer than this to a whole cell is one: rounding of places. */
const NEAR = 1e-9

/**
 * Lays square pixels over square cells, `fineness` of them along a pixel: a cell takes what of its area lies in each pixel, so
 * that the light moves smoothly with the placement. The turn of a cell itself, up to some hundredths, is left out.
 */
export function overlay(side: number, fineness: number, pitch: number, placement: Placement): Overlay {
  const cells = side * fineness
  const { rotation, magnification } = placement
  const [c, s] = [Math.cos(rotation) / magnification, Math.sin(rotation) / magnification]
  // No wider than a pixel: more than two along a side never meet.
  const width = Math.min(1, 1 / (fineness * magnification))
  const count = cells * cells
  // The last place is the dark around the frame.
  const dark = side * side
  const places = new Int32Array(4 * count)
  const shares = new Float64Array(4 * count)
  const share = (from: number) => {
    const first = Math.floor(from + NEAR)
    const part = Math.min(1, (first + 1 - from) / width)
    return { first, part: part > 1 - NEAR ? 1 : part }
  }
  for (let row = 0, at = 0; row < cells; row++) {
    const y = (row + 0.5) / fineness - side / 2 - placement.shiftY / pitch
    for (let column = 0; column < cells; column++) {
      const x = (column + 0.5) / fineness - side / 2 - placement.shiftX / pitch
      const across = share(c * x + s * y + side / 2 - width / 2)
      const down = share(c * y - s * x + side / 2 - width / 2)
      for (let j = 0; j < 2; j++)
        for (let i = 0; i < 2; i++, at++) {
          const [px, py] = [across.first + i, down.first + j]
          places[at] = px >= 0 && px < side && py >= 0 && py < side ? py * side + px : dark
          shares[at] = (i === 0 ? across.part : 1 - across.part) * (j === 0 ? down.part : 1 - down.part)
        }
    }
  }
  const framed = new Float64Array(dark + 1)
  return {
    spread(pixels, into) {
      framed.set(pixels)
      for (let n = 0, at = 0; n < count; n++, at += 4)
        into[n] =
          shares[at] * framed[places[at]] +
          shares[at + 1] * framed[places[at + 1]] +
          shares[at + 2] * framed[places[at + 2]] +
          shares[at + 3] * framed[places[at + 3]]
    },
    gather(values, into) {
      framed.fill(0)
      for (let n = 0, at = 0; n < count; n++)
        for (let corner = 0; corner < 4; corner++, at++) framed[places[at]] += shares[at] * values[n]
      into.set(framed.subarray(0, dark))
      framed[dark] = 0
    },
  }
}
