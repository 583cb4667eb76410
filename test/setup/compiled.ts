import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const ROOT = new URL('../..', import.meta.url).pathname
const LAYERS = ['src', 'devices', 'sim', 'drivers']
/** Programs of tests that run in processes of their own. */
const PROGRAMS = [
  'test/bench-boards/machine.ts',
  'test/contract/springs.ts',
  'test/run/crash-child.ts',
  'test/run/tools.ts',
]

/** Each file stays a file, as when it is built, so that it finds those beside it. */
const oneByOne: Plugin = {
  name: 'one by one',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => {
      if (kind === 'entry-point') return undefined
      return { path: path.startsWith('.') ? path.replace(/\.ts$/, '.js') : path, external: true }
    })
  },
}

const files = LAYERS.flatMap((layer) =>
  readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith(join('kernels', 'assembly')))
    .map((name) => join(layer, name)),
)

/** Where the sources lie as JavaScript, compiled once in each worker: programs start in half the time they take through tsx. */
export const COMPILED = join(process.env.INSITU_COMPILED as string, String(process.pid))

await build({
  absWorkingDir: ROOT,
  entryPoints: [...files, ...PROGRAMS],
  outbase: ROOT,
  outdir: COMPILED,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  plugins: [oneByOne],
})

/** URL of what a source file has become. */
export function compiled(source: string): string {
  return pathToFileURL(join(COMPILED, source.replace(/\.ts$/, '.js'))).href
}
