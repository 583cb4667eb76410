import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { InsituError } from '../../src/errors.ts'

/** The file of the module `name` that lies beside `here`, and whether it is built or source as `here` is. */
function beside(name: string, here: string): { readonly entry: string; readonly built: boolean } {
  const built = here.endsWith('.js')
  return { entry: fileURLToPath(new URL(`./${name}${built ? '.js' : '.ts'}`, here)), built }
}

/** Arguments with which Node runs the module `name` that lies beside `here`: as it is when built, through tsx in the checkout. */
export function entryArguments(name: string, here: string): string[] {
  const { entry, built } = beside(name, here)
  if (built) return [entry]
  return ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href, entry]
}

/** Starts the module `name` that lies beside `here` in a thread of this process. */
export function startThread(name: string, here: string, workerData: unknown): Worker {
  const { entry, built } = beside(name, here)
  if (built) return new Worker(entry, { workerData, execArgv: [] })
  // What tsx does to `import` it does in the main thread only; what it does to `require`, in any.
  const execArgv = ['--require', createRequire(here).resolve('tsx/cjs')]
  return new Worker(`require(${JSON.stringify(entry)})`, { eval: true, workerData, execArgv })
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
