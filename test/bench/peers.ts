import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The file of a peer's program. */
export const source = (name: string) => fileURLToPath(new URL(`./native/${name}`, import.meta.url))

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

/** Compiles a program in C with cc -O3 and the flags; the program, or an error. */
export function compiledC(name: string, folder: string, flags: readonly string[] = []): string | Error {
  const binary = join(folder, name.replace('.c', ''))
  try {
    execFileSync('cc', ['-O3', ...flags, '-o', binary, source(name), '-lm'], { stdio: 'pipe' })
    return binary
  } catch (error) {
    return new Error(`no C compiler that takes ${name} (${firstLine(error)})`)
  }
}

export interface PeerRate {
  readonly name: string
  readonly rate: number
  readonly answer: Float64Array
}

/**
 * Runs a program that writes its answers, all of one size, into the file `answer` and prints name and rate of each;
 * or gives the reason why there are none.
 */
export function ratesOf(
  program: string,
  args: readonly string[],
  answer: string,
  what: string,
): readonly PeerRate[] | string {
  let printed: string
  try {
    printed = execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', env })
  } catch (error) {
    return `${what} (${firstLine(error)})`
  }
  const bytes = readFileSync(answer)
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const lines = printed.trim().split('\n')
  const size = numbers.length / lines.length
  return lines.map((line, n) => {
    const [name, rate] = line.split(' ')
    return { name, rate: Number(rate), answer: numbers.subarray(n * size, (n + 1) * size) }
  })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
