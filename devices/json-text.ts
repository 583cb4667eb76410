import { InsituError } from '../src/errors.ts'

/** Parses a JSON text that people wrote; throws `CONFIG` for what is no JSON, and for a key that one object gives twice. */
export function jsonText(text: string, source: string, hint: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new InsituError('CONFIG', `${source} is no JSON: ${(cause as Error).message}`, { cause, hint })
  }
  const key = repeatedKey(text)
  if (key === undefined) return value
  throw new InsituError('CONFIG', `${source}: "${key}" is given twice in one object; keep one`)
}

/**
 * A key that one object of a JSON text gives twice, or undefined; the text must be valid JSON.
 * `JSON.parse` keeps the last of the two in silence, and a user would look for the node that vanished.
 */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = []
  for (const [token, colon] of tokens(text)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (colon) {
      const key = JSON.parse(token) as string
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}

/** Brackets and strings of the text, and whether a colon follows, which makes a string a key. */
function* tokens(text: string): Generator<readonly [token: string, colon: boolean]> {
  for (const match of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    yield [match[1] ?? match[0], match[2] !== undefined]
  }
}
