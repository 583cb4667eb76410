/** Text made safe to stand in HTML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** A value as people read it: thousands separated, four significant digits, units left to the caller. */
export function show(value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return value > 0 ? 'unlimited' : String(value)
    if (Number.isInteger(value)) return value.toLocaleString('en')
    return String(Number(value.toPrecision(4)))
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === null || value === undefined) return 'none'
  if (Array.isArray(value)) return value.map(show).join(', ') || 'none'
  if (typeof value === 'object') {
    const nested = (part: unknown) =>
      isGroup(part) && Object.keys(part).length > 0 && !Array.isArray(part) ? `(${show(part)})` : show(part)
    const parts = Object.entries(value).map(([key, part]) => `${key}${/\d$/.test(key) ? ':' : ''} ${nested(part)}`)
    return parts.join(', ') || 'none'
  }
  return String(value)
}

/** Words that stand in a line; what is longer is folded. */
const LONGEST = 160
/** Numbers that stand in a line. */
const MOST_NUMBERS = 12
/** Words above which each of a list has a line of its own. */
const SENTENCE = 30

/** A table of names and values; lists and tables that would fill the page are folded below it. */
export function facts(rows: readonly (readonly [name: string, value: unknown])[]): string {
  const lines: string[] = []
  const below: string[] = []
  for (const [name, value] of rows) {
    const fold = folded(value)
    if (fold === undefined) lines.push(`<tr><th scope="row">${escapeText(name)}</th><td>${cell(value)}</td></tr>`)
    else
      below.push(
        `<details><summary>${escapeText(name)} <small>${escapeText(fold.summary)}</small></summary>${fold.content}</details>`,
      )
  }
  const table =
    lines.length === 0 ? '' : `<div class="wide"><table class="facts"><tbody>${lines.join('')}</tbody></table></div>`
  return [table, ...below].join('\n')
}

interface Fold {
  readonly summary: string
  readonly content: string
}

/** A value that is too long for a line, with what it is in a few words. */
function folded(value: unknown): Fold | undefined {
  if (Array.isArray(value)) {
    if (value.length > 1 && value.every(isGroup)) return { summary: `${value.length} rows`, content: table(value) }
    const numbers = value.filter((entry) => typeof entry === 'number')
    if (numbers.length > MOST_NUMBERS && numbers.length === value.length) {
      const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))]
      const content = `<p class="numbers">${numbers.map((number) => `<span>${escapeText(show(number))}</span>`).join(' ')}</p>`
      return { summary: `${numbers.length} numbers, ${show(low)} to ${show(high)}`, content }
    }
    if (show(value).length <= 4 * LONGEST) return undefined
    const content = `<ol>${value.map((entry) => `<li>${escapeText(show(entry))}</li>`).join('')}</ol>`
    return { summary: `${value.length} entries`, content }
  }
  if (!isGroup(value) || show(value).length <= LONGEST) return undefined
  const entries = Object.entries(value)
  return { summary: `${entries.length} entries`, content: facts(entries) }
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Things with the same names as rows below each other; a thing that lacks one leaves its place empty. */
function table(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const text = (value: unknown) => (value === undefined ? '' : show(value))
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => ({
    name,
    kind: rows.some((row) => text(row[name]).length > SENTENCE) ? ' class="words"' : '',
  }))
  const head = columns.map(({ name, kind }) => `<th scope="col"${kind}>${escapeText(name)}</th>`)
  const body = rows.map(
    (row) => `<tr>${columns.map(({ name, kind }) => `<td${kind}>${escapeText(text(row[name]))}</td>`).join('')}</tr>`,
  )
  return `<div class="scroll"><table class="list"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

/** A value in its line; sentences of a list below each other. */
function cell(value: unknown): string {
  const sentences = Array.isArray(value) && value.length > 1 && value.some((entry) => show(entry).length > SENTENCE)
  return sentences ? value.map((entry) => `<p>${escapeText(show(entry))}</p>`).join('') : escapeText(show(value))
}

export function section(title: string, ...content: readonly string[]): string {
  return `<section><h2>${escapeText(title)}</h2>${content.join('\n')}</section>`
}
