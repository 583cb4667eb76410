/** One command of a line, taken apart. */
export interface Command {
  /** In capitals, without the question mark. */
  readonly name: string
  readonly query: boolean
  readonly words: readonly string[]
}

/** How strict a model is with blanks. */
export type Blanks = 'anywhere' | 'before arguments'

/** Takes one command apart; undefined for what is none. */
export function parseCommand(text: string, blanks: Blanks): Command | undefined {
  const found =
    blanks === 'anywhere'
      ? /^(\*?[A-Z]+)(\?)?(.*)$/.exec(text.toUpperCase().replace(/\s+/g, ''))
      : /^(\*?[A-Z]+)(\?)?(?:$|\s+(.*)$)/.exec(text.trim().toUpperCase())
  if (found === null) return undefined
  const [, name, mark, rest = ''] = found
  const words = rest.trim() === '' ? [] : rest.split(',').map((word) => word.trim())
  return { name, query: mark !== undefined, words }
}

/** A number in any of the forms the instruments take: 5, 5.0, .5E1, signed. */
export function parseNumber(word: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?$/.test(word) ? Number(word) : undefined
}
