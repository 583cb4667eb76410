import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const sources = new URL('./assembly/', import.meta.url)
const target = new URL('./wasm/', import.meta.url)

/** Kernels that work together in a memory they are given, see `sharedMemory`. */
const SHARING: ReadonlySet<string> = new Set(['springFactor', 'springSolve'])

/** Names of the kernels: one AssemblyScript file each. */
export function kernelNames(): readonly string[] {
  return readdirSync(sources)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
}

/** Text of what kernels share, as `shared/sincos.ts`; null for a file that is not there. */
function shared(file: string): string | null {
  const at = new URL(file, sources)
  return file.startsWith('shared/') && existsSync(at) ? readFileSync(at, 'utf8') : null
}

/** Compiles one kernel; the text of the module that carries it as base64. */
export async function compileKernel(name: string): Promise<string> {
  const text = readFileSync(new URL(`${name}.ts`, sources), 'utf8')
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(
    [
      `${name}.ts`,
      '--outFile',
      `${name}.wasm`,
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--noAssert',
      '--use',
      'abort=',
      ...(SHARING.has(name) ? ['--importMemory'] : []),
    ],
    {
      readFile: (file) => (file === `${name}.ts` ? text : shared(file)),
      writeFile: (_file, contents) => {
        if (typeof contents !== 'string') binary = contents
      },
      listFiles: () => [],
    },
  )
  if (error !== null || binary === undefined) throw new Error(`kernel ${name}: ${error?.message}\n${stderr.toString()}`)
  const base64 = Buffer.from(binary).toString('base64')
  const lines = base64.match(/.{1,110}/g) as string[]
  return [
    `// Built from assembly/${name}.ts by \`npm run kernels\`; test/kernels/build.test.ts compares.`,
    `export const ${name}Wasm: string =`,
    ...lines.map((line, n) => `  '${line}'${n < lines.length - 1 ? ' +' : ''}`),
    '',
  ].join('\n')
}

/** What is committed for a kernel. */
export function committedKernel(name: string): string {
  return readFileSync(new URL(`${name}.ts`, target), 'utf8')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2)
  for (const name of kernelNames()) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const fresh = await compileKernel(name)
    // A build beside a test run must not touch what the tests are reading.
    const known = existsSync(new URL(`${name}.ts`, target)) && committedKernel(name) === fresh
    if (!known) writeFileSync(new URL(`${name}.ts`, target), fresh)
    console.log(`src/kernels/wasm/${name}.ts ${known ? 'is up to date' : 'written'}`)
  }
}
