import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './measure.ts'

const source = (name: string) => fileURLToPath(new URL(`./native/${name}`, import.meta.url))

/** Rates by name, or the reason why there are none. */
export type Peers = ReadonlyMap<string, number> | string

/** Compiles chip.c with cc -O3 and runs it; slots per CPU second. */
export function nativeRates(layers: readonly number[], slots: number, rounds: number, seconds: number): Peers {
  const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
  try {
    const binary = join(folder, 'chip')
    try {
      execFileSync('cc', ['-O3', '-o', binary, source('chip.c'), '-lm'], { stdio: 'pipe' })
    } catch (error) {
      return `no C compiler that takes chip.c (${firstLine(error)})`
    }
    return collect(
      rounds,
      () => execFileSync(binary, [`${slots}`, `${seconds}`, ...layers.map(String)], { encoding: 'utf8' }),
      'C -O3, ',
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs chip.py; slots per CPU second. */
export function numpyRates(layers: readonly number[], rounds: number, seconds: number): Peers {
  try {
    return collect(
      rounds,
      () =>
        execFileSync('python3', [source('chip.py'), `${seconds}`, ...layers.map(String)], {
          encoding: 'utf8',
          stdio: 'pipe',
        }),
      '',
    )
  } catch (error) {
    return `no python3 with numpy (${firstLine(error)})`
  }
}

function collect(rounds: number, run: () => string, prefix: string): Peers {
  const lists = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    for (const line of run().trim().split('\n')) {
      const [name, rate] = line.split(' ')
      lists.set(prefix + name, [...(lists.get(prefix + name) ?? []), Number(rate)])
    }
  }
  return new Map([...lists].map(([name, list]) => [name, median(list)]))
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
