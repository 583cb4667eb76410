/**
 * A key that one object of a JSON text gives twice, or undefined; the text must be valid JSON.
 * `JSON.parse` keeps the last of the two in silence, and a user would look for the node that vanished.
 */
export function repeatedKey(text: string): string | undefined {
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
