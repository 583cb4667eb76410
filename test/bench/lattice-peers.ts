import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plan } from '../../src/kernels/spring/plan.ts'
import type { TrainingCase } from './lattice-case.ts'

const source = (name: string) => fileURLToPath(new URL(`./native/${name}`, import.meta.url))

/** What a peer's program is called there, by the name it prints. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['native', 'C -O3'],
  ['splu', 'scipy splu'],
  ['banded', 'LAPACK banded'],
])

/** Settings that would keep numpy's library from choosing for this processor. */
const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...rest } = process.env
const env = {
  ...rest,
  // One thread: CPU time would count the others.
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  // Memory that is freed stays with the process: SuperLU took up to four times as long while every factorisation got its
  // pages from the system anew.
  MALLOC_TRIM_THRESHOLD_: '2000000000',
  MALLOC_TOP_PAD_: '100000000',
  MALLOC_MMAP_MAX_: '0',
}

/** Writes the case as the peers read it: every array as its length and its numbers, the plan last. */
export function writeCase(folder: string, { topology, along, stiffness, load, target }: TrainingCase): string {
  const { fronts, rows, places, children, terms, zeros, order, held, panels, updates, panel, height } = plan(
    topology,
    'sparse',
  )
  const sizes = Int32Array.of(panels, updates, panel, height)
  const arrays: readonly (Int32Array | Float64Array)[] = [
    ...[topology.bonds, along, stiffness, load, target, Int32Array.from(topology.pinned)],
    ...[fronts, rows, places, children, terms, zeros, order, held, sizes],
  ]
  const file = join(folder, 'case')
  const parts = arrays.flatMap((list) => [
    Buffer.from(Int32Array.of(list.length).buffer),
    Buffer.from(list.buffer, list.byteOffset, list.byteLength),
  ])
  writeFileSync(file, Buffer.concat(parts))
  return file
}

/** Compiles lattice.c with cc -O3; the program, or an error. */
export function compiled(folder: string): string | Error {
  const binary = join(folder, 'lattice')
  try {
    execFileSync('cc', ['-O3', '-o', binary, source('lattice.c'), '-lm'], { stdio: 'pipe' })
    return binary
  } catch (error) {
    return new Error(`no C compiler that takes lattice.c (${firstLine(error)})`)
  }
}

interface PeerRate {
  readonly name: string
  readonly rate: number
  readonly products: Float64Array
}

/** Runs a peer on a case; its rates and answers, or the reason why there are none. */
export function peer(
  what: 'C -O3' | 'scipy',
  program: string | Error,
  file: string,
  seconds: number,
): readonly PeerRate[] | string {
  if (typeof program !== 'string') return program.message
  const answer = `${file}.answer`
  const args = [...(what === 'scipy' ? [source('lattice.py')] : []), file, answer, `${seconds}`]
  let printed: string
  try {
    printed = execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', env })
  } catch (error) {
    return what === 'scipy' ? `no python3 with scipy (${firstLine(error)})` : `lattice.c fails (${firstLine(error)})`
  }
  const bytes = readFileSync(answer)
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const lines = printed.trim().split('\n')
  return lines.map((line, n) => {
    const [name, rate] = line.split(' ')
    const size = numbers.length / lines.length
    return {
      name: NAMES.get(name) ?? name,
      rate: Number(rate),
      products: numbers.subarray(n * size, (n + 1) * size),
    }
  })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
