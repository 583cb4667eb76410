import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { compiled } from '../setup/compiled.ts'

export const ROOT = new URL('../..', import.meta.url).pathname

/** A fenced block of a page. */
export interface Fence {
  readonly page: string
  readonly line: number
  readonly language: string
  /** Name under which other blocks import it. */
  readonly file: string | undefined
  readonly text: string
}

/** README and every page under docs. */
export function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))]
}

export function fences(page: string): Fence[] {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n')
  const found: Fence[] = []
  for (let at = 0; at < lines.length; at++) {
    const open = /^```(\S*)(?: file=(\S+))?$/.exec(lines[at])
    if (open === null) continue
    const end = lines.indexOf('```', at + 1)
    found.push({
      page,
      line: at + 1,
      language: open[1],
      file: open[2],
      text: lines.slice(at + 1, end).join('\n'),
    })
    at = end
  }
  return found
}

/** The public entry points, as they are in the checkout. */
const ENTRIES: Readonly<Record<string, string>> = {
  insitu: 'src/index.ts',
  'insitu/devices': 'devices/index.ts',
  'insitu/sim': 'sim/index.ts',
  'insitu/drivers': 'drivers/index.ts',
  'insitu/testing': 'src/testing/index.ts',
  'insitu/imaging': 'src/imaging/index.ts',
}

/** The same as JavaScript, with the package's names pointing at its compiled sources. */
export function asProgram(text: string): string {
  const { code } = transformSync(text, { loader: 'ts', target: 'node20' })
  return code.replace(/from "(insitu(?:\/\w+)?|@[\w-]+\/[\w-]+|\.\/[\w-]+\.ts)"/g, (whole, name: string) => {
    const entry = ENTRIES[name]
    if (entry !== undefined) return `from "${compiled(entry)}"`
    // Blocks run in a folder of their own, from which packages are not found.
    if (name.startsWith('@')) return `from "${import.meta.resolve(name)}"`
    return whole.replace(/\.ts"$/, '.js"')
  })
}
