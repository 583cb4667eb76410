import { LineTrouble, type Take } from './text.ts'

/** What the answer to one query must look like as a whole. */
export interface Shape<T> {
  readonly name: string
  /** Undefined if the text is none. */
  read(text: string): T | undefined
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i

/** So many finite numbers between commas; a comma may follow the last. */
export function numbers(count: number): Shape<readonly number[]> {
  return {
    name: count === 1 ? 'a number' : `${count} numbers`,
    read(text) {
      const fields = text.split(',').map((field) => field.trim())
      if (fields.length === count + 1 && fields[count] === '') fields.pop()
      if (fields.length !== count || !fields.every((field) => NUMBER.test(field))) return undefined
      return fields.map(Number)
    },
  }
}

const POINT = /^[+-]?\d\.\d{6}e[+-]\d{2,3}$/i

/** So many stored points as TRCA gives them, in the one form that has all their digits: a lost one shows. */
export function points(count: number): Shape<readonly number[]> {
  const { read } = numbers(count)
  return {
    name: `${count} stored points`,
    read: (text) =>
      text
        .split(',')
        .slice(0, count)
        .every((field) => POINT.test(field.trim()))
        ? read(text)
        : undefined,
  }
}

/** One whole number from 0 to `most`. */
export function whole(most: number): Shape<number> {
  return {
    name: `a whole number up to ${most}`,
    read: (text) => (/^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined),
  }
}

/** Anything printable. */
export const printable: Shape<string> = {
  name: 'text',
  read: (text) => (/^[\x20-\x7e]+$/.test(text) ? text : undefined),
}

/**
 * Takes `count` answers, each of which ended with a terminator; carriage return, line feed and both count as one, blanks
 * around an answer do not matter. `joined` answers come on one line with a semicolon between them.
 */
export function takeAnswers(count: number, joined: boolean): Take<readonly string[]> {
  return (heard) => {
    const answers: string[] = []
    let from = 0
    while (answers.length < (joined ? 1 : count)) {
      const end = heard.slice(from).search(/[\r\n]/)
      if (end < 0) return undefined
      const text = heard.slice(from, from + end).trim()
      if (text !== '') answers.push(text)
      from += end + 1
    }
    const rest = heard.slice(from).replace(/^\n/, '')
    const halfEnd = heard.length === from && heard[from - 1] === '\r'
    if (!joined) return { value: answers, rest, halfEnd }
    const parts = answers[0].split(';').map((part) => part.trim())
    if (parts.length !== count)
      throw new LineTrouble('garbled', `${parts.length} answers where ${count} were asked for`, heard)
    return { value: parts, rest, halfEnd }
  }
}

/** Takes exactly so many bytes after a fixed beginning. */
export function takeBytes(count: number, head: string): Take<Uint8Array> {
  return (heard) => {
    if (!heard.startsWith(head.slice(0, heard.length)))
      throw new LineTrouble('garbled', `a block that does not begin with "${head}"`, heard.slice(0, 40))
    const end = head.length + count
    if (heard.length < end) return undefined
    return { value: Uint8Array.from(heard.slice(head.length, end), (c) => c.charCodeAt(0)), rest: heard.slice(end) }
  }
}
