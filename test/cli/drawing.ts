import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import type { Console } from '../../src/cli/console.ts'
import { type DrawArguments, drawCommand } from '../../src/cli/draw.ts'

/** Runs the verb `draw` in this process; resolves to its result, what it said and its picture as text. */
export async function draw(what: string, more: Partial<DrawArguments> = {}) {
  const said: string[] = []
  const console: Console = {
    colors: pc.createColors(false),
    say: (line) => void said.push(line),
    complain: () => {},
    progress: () => {},
    result: () => {},
  }
  const result = await drawCommand({ what, colour: 'stiffness', loads: [], dark: false, ...more }, console)
  return { ...result, said, svg: readFileSync(result.file, 'utf8') }
}
