import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { InsituError } from '../../src/errors.ts'
import { beside } from '../thread.ts'

/** Arguments with which Node runs the module `name` that lies beside `here`: as it is when built, through tsx in the checkout. */
export function entryArguments(name: string, here: string): string[] {
  const { entry, built } = beside(name, here)
  if (built) return [entry]
  return ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href, entry]
}

/** The folder of this package, in the checkout and when installed: the nearest one with a package.json. */
export function packageRoot(here: string): string {
  let folder = dirname(fileURLToPath(here))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new InsituError('INTERNAL', `no package.json above ${fileURLToPath(here)}`)
    folder = parent
  }
  return folder
}
