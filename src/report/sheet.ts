import type { DataSheet } from '../contract/sheet.ts'
import { escapeText, show } from './html.ts'

/** The banks of a machine as a table. */
export function banksTable({ banks }: DataSheet): string {
  const head = ['bank', 'width', 'unit', 'min', 'max', 'step', 'safe'].map((name) => `<th scope="col">${name}</th>`)
  const body = banks.map((bank) => {
    const cells = [bank.name, bank.width, bank.unit, bank.min, bank.max, bank.step, bank.safe]
    return `<tr>${cells.map((value) => `<td>${escapeText(show(value))}</td>`).join('')}</tr>`
  })
  return `<div class="scroll"><table class="list"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}
