import { InsituError } from '../errors.ts'
import { LETTER_NAMES, letter } from './letters.ts'
import type { Scene } from './scene.ts'
import { bars, slits } from './slits.ts'
import { siemensStar } from './star.ts'

/** What scenes can be named, for help. */
export const SCENE_FORM = `a letter (${LETTER_NAMES.join(', ')}), star or star:SPOKES, bars:UM, slits:UM, slits:UM,COUNT or slits:UM,COUNT,PERIOD, or a .png file`

/** Reads a picture file; whoever has files hands one in. */
export type ReadPicture = (path: string) => Promise<Uint8Array>

/**
 * The scene of a name, as settings have it, in a square of `side` m: "F", "star", "bars:120", "slits:100,2,300" (lengths in um), or
 * a PNG file, for which `read` is needed.
 *
 * Throws `CONFIG` listing the names there are.
 */
export async function sceneOf(name: string, side: number, read?: ReadPicture): Promise<Scene> {
  if (/\.png$/i.test(name)) {
    if (read === undefined)
      throw new InsituError('CONFIG', `scene ${name}: a picture needs a way to read files, and none was given`)
    const bytes = await read(name)
    const { pngScene } = await import('./png.ts')
    return pngScene(bytes, side, name)
  }
  if (LETTER_NAMES.includes(name)) return letter(name, side)
  const [kind, ...rest] = name.split(':')
  const given = rest.join(':')
  const sizes = given === '' ? [] : given.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)))
  const good = sizes.every((size) => size > 0 && Number.isFinite(size))
  const [first, count, period] = sizes
  if (good && kind === 'star' && sizes.length < 2)
    return siemensStar({ side, ...(first !== undefined && { spokes: first }) })
  if (good && kind === 'bars' && sizes.length === 1) return bars({ barWidth: first * 1e-6, side })
  if (good && kind === 'slits' && sizes.length >= 1 && sizes.length <= 3)
    return slits({
      ...{ width: first * 1e-6, side },
      ...(count !== undefined && { count }),
      ...(period !== undefined && { period: period * 1e-6 }),
    })
  throw new InsituError('CONFIG', `there is no scene "${name}"; wanted ${SCENE_FORM}`)
}
