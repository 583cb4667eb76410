import { escapeText } from './html.ts'

/** A confusion matrix as a table: rows are the truth, columns the answer, darker means more of the row. */
export function matrix(
  title: string,
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  accuracy: number,
): string {
  const head = classes.map((name) => `<th scope="col"><span>${escapeText(name)}</span></th>`).join('')
  const body = counts.map((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0)
    const cells = row.map((n, answer) => {
      const share = total === 0 ? 0 : Math.round((100 * n) / total)
      const kind = answer === truth ? 'right' : 'wrong'
      return `<td class="${n === 0 ? 'none' : kind}${share > 55 ? ' deep' : ''}" style="--share:${share}%">${n === 0 ? '·' : n}</td>`
    })
    return `<tr><th scope="row">${escapeText(classes[truth])}</th>${cells.join('')}</tr>`
  })
  return `<figure><figcaption><b>${escapeText(title)}</b> <small>${(100 * accuracy).toFixed(1)} % right</small></figcaption>
<div class="scroll"><table class="matrix"><thead><tr><th><small>truth \\ answer</small></th>${head}</tr></thead>
<tbody>${body.join('')}</tbody></table></div></figure>`
}
