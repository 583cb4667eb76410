import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** The file of the module `name` that lies beside `here`, and whether it is built or source as `here` is. */
export function beside(name: string, here: string): { readonly entry: string; readonly built: boolean } {
  const built = here.endsWith('.js')
  return { entry: fileURLToPath(new URL(`./${name}${built ? '.js' : '.ts'}`, here)), built }
}

/** Starts the module `name` that lies beside `here` in a thread of this process. */
export function startThread(name: string, here: string, workerData: unknown): Worker {
  const { entry, built } = beside(name, here)
  if (built) return new Worker(entry, { workerData, execArgv: [] })
  // What tsx does to `import` it does in the main thread only; what it does to `require`, in any.
  const execArgv = ['--require', createRequire(here).resolve('tsx/cjs')]
  return new Worker(`require(${JSON.stringify(entry)})`, { eval: true, workerData, execArgv })
}
