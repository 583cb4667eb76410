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
  if (Array.isArray(value)) return value.map(show).join(', ')
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, part]) => `${key} ${show(part)}`)
      .join(', ')
  }
  return String(value)
}

/** A table of names and values. */
export function facts(rows: readonly (readonly [name: string, value: unknown])[]): string {
  const body = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeText(name)}</th><td>${escapeText(show(value))}</td></tr>`,
  )
  return `<div class="wide"><table class="facts"><tbody>${body.join('')}</tbody></table></div>`
}

export function section(title: string, ...content: readonly string[]): string {
  return `<section><h2>${escapeText(title)}</h2>${content.join('\n')}</section>`
}
