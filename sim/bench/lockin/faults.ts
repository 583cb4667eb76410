import type { Clock } from '../../../src/wire/channel.ts'

/** What can befall the answers to one line. */
export type AnswerFault =
  | 'late' // comes after `lateMs`
  | 'doubled' // comes twice
  | 'cut' // ends early, without its terminator
  | 'shortened' // characters are missing at the end of a number, the terminator is there
  | 'joined' // the terminator between two answers is missing
  | 'unsolicited' // something nobody asked for comes first
  | 'echo' // the line comes back before its answers
  | 'nan' // text where a number is due
  | 'comma' // a decimal comma
  | 'silence' // nothing comes
  | 'parity' // the eighth bit of every other character is set
  | 'swapped' // the answers to the line before come again, in place of these

export interface Trouble {
  readonly fault: AnswerFault
  /** Lines answered properly before it, and how many in a row are hit. */
  readonly after?: number
  readonly times?: number
  readonly lateMs?: number
}

/** Spoils the answers of an instrument on their way out, as told. */
export class AnswerFaults {
  #trouble: (Required<Trouble> & { left: number }) | undefined
  #before = ''

  /** From now on; the trouble before it is over. */
  set(trouble: Trouble | undefined): void {
    this.#trouble = trouble && { after: 0, times: 1, lateMs: 2000, ...trouble, left: trouble.after ?? 0 }
  }

  /** Sends what becomes of the answers to a line. */
  pass(line: string, answers: string, clock: Clock, send: (bytes: Uint8Array) => void): void {
    const before = this.#before
    this.#before = answers
    const trouble = this.#trouble
    if (trouble === undefined || answers === '' || trouble.left > 0) {
      if (trouble !== undefined && answers !== '') trouble.left--
      send(latin(answers))
      return
    }
    if (trouble.times <= 1) this.#trouble = undefined
    else this.#trouble = { ...trouble, times: trouble.times - 1 }
    if (trouble.fault === 'late') clock.after(trouble.lateMs, () => send(latin(answers)))
    else send(latin(spoilt(trouble.fault, line, answers, before)))
  }
}

function spoilt(fault: Exclude<AnswerFault, 'late'>, line: string, answers: string, before: string): string {
  switch (fault) {
    case 'doubled':
      return answers + answers
    case 'cut':
      return answers.slice(0, Math.ceil(answers.length / 2)).trimEnd()
    case 'shortened':
      // Enough digits at the end of the first long number to change it by more than a part in a thousand.
      return answers.replace(/\d{4}(?=[,;\r\n])/, '')
    case 'joined':
      return answers.replace(/[\r\n;]/, '')
    case 'unsolicited':
      return `0.5${answers.slice(-1)}${answers}`
    case 'echo':
      return `${line}${answers.slice(-1)}${answers}`
    case 'nan':
      return answers.replace(/^[^,\r\n;]+/, 'NaN')
    case 'comma':
      return answers.replaceAll('.', ',')
    case 'silence':
      return ''
    case 'parity':
      return [...answers].map((c, i) => (i % 2 === 0 ? String.fromCharCode(c.charCodeAt(0) | 0x80) : c)).join('')
    case 'swapped':
      return before
  }
}

/** One byte a character. */
export function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)
}
