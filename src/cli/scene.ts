import { readFileSync } from 'node:fs'
import { InsituError } from '../errors.ts'
import { SCENE_FORM, sceneOf } from '../scenes/named.ts'
import type { Scene } from '../scenes/scene.ts'
import { type Setting, text } from './experiments/settings.ts'

/** The scene of a name in a square of `side` m; picture files are read from the disk. Throws `CONFIG`. */
export function openScene(name: string, side: number): Promise<Scene> {
  return sceneOf(name, side, async (path) => {
    try {
      return readFileSync(path)
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      const why = { ENOENT: 'there is no such file', EISDIR: 'it is a directory' }[code ?? ''] ?? message
      throw new InsituError('CONFIG', `picture "${path}" cannot be read: ${why}`, { cause })
    }
  })
}

/** A setting that names a scene; a name that is none is refused before anything runs. */
export function scene(value: string, meaning: string): Setting<string> {
  return {
    ...text(value, SCENE_FORM, meaning),
    // Whether slits fit into the beam is asked again with its size: a metre has room for all.
    async read(word) {
      await openScene(word, 1)
      return word
    },
  }
}
