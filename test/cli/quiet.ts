import pc from 'picocolors'
import type { Console } from '../../src/cli/console.ts'

/** A console that keeps its lines to itself. */
export function quiet(): Console & { readonly said: readonly string[] } {
  const said: string[] = []
  return {
    said,
    colors: pc.createColors(false),
    say: (line) => void said.push(line),
    complain() {},
    progress() {},
    result() {},
  }
}
