import { InsituError } from '../errors.ts'
import { rectangles } from './rectangles.ts'
import { checkSize, type Scene } from './scene.ts'

/** Letters are drawn on a square of this many steps a side. */
const STEPS = 64

/** Top, bottom, left and right of a stroke, in steps from the top left. */
type Stroke = readonly [top: number, bottom: number, left: number, right: number]

/** Strokes that letters share, 8 steps thick, in a frame from row 12 to 52 and column 14 to 48. */
const STEM: Stroke = [12, 52, 14, 22]
const RIGHT: Stroke = [12, 52, 40, 48]
const MIDDLE: Stroke = [12, 52, 27, 35]
const ROOF: Stroke = [12, 20, 14, 48]
const FLOOR: Stroke = [44, 52, 14, 48]
const CROSSBAR: Stroke = [28, 36, 14, 48]

/** F is the object of the reference configuration: its crossbar is shorter than the others'. */
const LETTERS: Readonly<Record<string, readonly Stroke[]>> = {
  A: [STEM, RIGHT, ROOF, CROSSBAR],
  C: [STEM, ROOF, FLOOR],
  E: [STEM, ROOF, CROSSBAR, FLOOR],
  F: [STEM, ROOF, [28, 36, 14, 40]],
  H: [STEM, RIGHT, CROSSBAR],
  I: [MIDDLE],
  L: [STEM, FLOOR],
  O: [STEM, RIGHT, ROOF, FLOOR],
  P: [STEM, ROOF, CROSSBAR, [12, 36, 40, 48]],
  S: [ROOF, CROSSBAR, FLOOR, [12, 36, 14, 22], [28, 52, 40, 48]],
  T: [MIDDLE, ROOF],
  U: [STEM, RIGHT, FLOOR],
}

/** The letters there are. */
export const LETTER_NAMES: readonly string[] = Object.keys(LETTERS)

/** A letter cut into a screen of `side` m, strokes an eighth of it wide; throws `CONFIG` for one that is not drawn. */
export function letter(name: string, side: number): Scene {
  checkSize(name, 'side', side)
  if (!Object.hasOwn(LETTERS, name))
    throw new InsituError(
      'CONFIG',
      `there is no letter "${name}" among the scenes; there are ${LETTER_NAMES.join(', ')}`,
    )
  const at = (steps: number) => (steps / STEPS - 0.5) * side
  const strokes = LETTERS[name].map(([top, bottom, left, right]) => ({
    ...{ top: at(top), bottom: at(bottom), left: at(left), right: at(right) },
  }))
  return rectangles(name, side, strokes)
}
