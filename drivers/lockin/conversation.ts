import { InsituError } from '../../src/errors.ts'
import { printable, type Shape, takeAnswers, takeBytes, whole } from './answers.ts'
import type { Asking, Condition, Dialect } from './dialect.ts'
import { LineTrouble, type TextLine } from './text.ts'

/** Silence that counts as the end of what was on its way, in ms; doubled with every attempt. */
const QUIET = 60
/** Longest that is waited for silence, in ms. */
const TALKING = 5000
/** Attempts to bring a line back, and to ask one thing. */
const ATTEMPTS = 4
/** Characters a line may have: the instruments' queues hold 256. */
export const LONGEST_LINE = 240
/** Characters expected back, for lines of known speed, for each answer. */
const EXPECTED = 24
/** Largest number the tag register holds. */
const LARGEST_TAG = 255

/**
 * Questions and answers with one instrument, so that no answer is ever taken for that to another question.
 *
 * Every line sets the event enable register, which serves nothing else here, to a number of its own and asks for it last:
 * answers that come late, twice or unasked do not end with it. After any trouble the line is drained until it is silent and
 * the instrument asked who it is, before anything else is said.
 */
export class Conversation implements Asking {
  /** Times the line was brought back; what happened to the instrument meanwhile is not known. */
  recoveries = 0
  /** Characters that came without a question. */
  strays = 0
  /** The fields of *IDN?, once it has been heard. */
  identity: readonly string[] = []
  readonly line: TextLine
  readonly #dialect: Dialect
  readonly #patience: number
  #suspect = true
  #tag = 0

  constructor(line: TextLine, dialect: Dialect, patience: number) {
    this.line = line
    this.#dialect = dialect
    this.#patience = patience
    this.ask = this.ask.bind(this)
    this.bytes = this.bytes.bind(this)
  }

  get suspect(): boolean {
    return this.#suspect
  }

  /** One attempt; throws `LineTrouble`, after which the line has to be brought back. */
  async once<T extends readonly unknown[]>(
    queries: readonly string[],
    shapes: { [I in keyof T]: Shape<T[I]> },
    tell: readonly string[] = [],
  ): Promise<T> {
    this.#tag = 1 + (this.#tag % LARGEST_TAG)
    const text = [`*ESE ${this.#tag}`, ...tell, ...queries, '*ESE?'].join(';')
    if (text.length > LONGEST_LINE) throw new InsituError('INTERNAL', `lock-in: a line of ${text.length} characters`)
    return this.#guarded(async () => {
      const take = takeAnswers(queries.length + 1, this.#dialect.joined)
      const patience = this.#patience + this.line.millis(text.length + EXPECTED * (queries.length + 1))
      const answers = await this.line.ask(text, take, patience)
      const tag = answers[answers.length - 1]
      if (tag !== String(this.#tag))
        throw new LineTrouble(
          'garbled',
          `an answer to another question (${tag} where ${this.#tag} was due)`,
          answers.join(' '),
        )
      const values = shapes.map((shape, i) => {
        const value = shape.read(answers[i])
        if (value !== undefined) return value
        throw new LineTrouble(
          'garbled',
          `"${answers[i]}" to ${queries[i]} where ${shape.name} was due`,
          answers.join(' '),
        )
      })
      return values as unknown as T
    })
  }

  /** Asks until an answer can be taken; rejects with a typed error. */
  async ask<T extends readonly unknown[]>(
    queries: readonly string[],
    shapes: { [I in keyof T]: Shape<T[I]> },
    tell: readonly string[] = [],
  ): Promise<T> {
    return this.#again(() => this.once<T>(queries, shapes, tell))
  }

  async bytes(query: string, count: number, head: string): Promise<Uint8Array> {
    return this.#again(async () => {
      const patience = this.#patience + this.line.millis(query.length + head.length + count)
      const block = await this.#guarded(() => this.line.ask(query, takeBytes(count, head), patience))
      // A block has no end that shows; if what follows is in order, its length was right. This question clears nothing.
      await this.once<[number]>(['*STB?'], [whole(255)])
      return block
    })
  }

  /** Drains the line and asks who is there; resolves to what has happened to the instrument since it was asked last. */
  async recover(): Promise<Condition> {
    const { greeting, mostLias } = this.#dialect
    let last: LineTrouble | undefined
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        // Ends what may stand half-written in the instrument's queue.
        await this.line.tell('')
        const dropped = await this.line.drain(QUIET * 2 ** attempt, TALKING)
        if (dropped === undefined) throw new LineTrouble('garbled', 'it does not stop talking', this.line.lastHeard)
        this.strays += dropped
        this.#suspect = false
        const [identity, esr, lias] = await this.once<[string, number, number]>(
          ['*IDN?', '*ESR?', 'LIAS?'],
          [printable, whole(255), whole(mostLias)],
          greeting,
        )
        this.#recognise(identity)
        this.recoveries++
        return this.#dialect.condition(lias, esr)
      } catch (error) {
        if (!(error instanceof LineTrouble)) throw error
        last = error
        if (error.trouble === 'closed') break
      }
    }
    throw this.typed(last as LineTrouble, 'it cannot be recognised', 'WRONG_FIRMWARE')
  }

  /** The error a trouble becomes for callers. */
  typed(
    trouble: LineTrouble,
    what: string,
    garbled: 'INVALID_READING' | 'WRONG_FIRMWARE' = 'INVALID_READING',
  ): InsituError {
    const { name } = this.line
    const who = `${this.#dialect.model} at ${name}`
    const heard = trouble.heard === '' ? lastHeard(this.line) : `heard: ${JSON.stringify(trouble.heard.slice(0, 60))}`
    const message = `${who}: ${what}: ${trouble.message}; ${heard}`
    const details = { port: name, device: this.#dialect.model, cause: trouble }
    if (trouble.trouble === 'closed')
      return new InsituError('LINK_LOST', message, { ...details, hint: 'connect it and open it again' })
    if (trouble.trouble === 'silence')
      return new InsituError('TIMEOUT', message, {
        ...details,
        hint: 'check power, cable and baud rate; a refused question is not answered either',
      })
    return new InsituError(garbled, message, {
      ...details,
      hint: 'check baud rate and parity (8 bits, none), and that nothing else talks on this line',
    })
  }

  async #again<T>(attempt: () => Promise<T>): Promise<T> {
    let last: LineTrouble | undefined
    for (let n = 0; n < ATTEMPTS; n++) {
      if (this.#suspect || this.line.stray > 0) await this.recover()
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof LineTrouble)) throw error
        last = error
        if (error.trouble === 'closed') break
      }
    }
    throw this.typed(last as LineTrouble, 'no answer that could be taken')
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const { stray } = this.line
    if (stray > 0) {
      this.strays += stray
      this.#suspect = true
      throw new LineTrouble('garbled', `${stray} characters nobody asked for`, '')
    }
    try {
      const value = await work()
      // What follows an answer at once is noticed here, what comes later before the next question.
      if (this.line.stray > 0) this.#suspect = true
      return value
    } catch (error) {
      this.#suspect = true
      throw error
    }
  }

  #recognise(identity: string): void {
    const fields = identity.split(',').map((field) => field.trim())
    const { model } = this.#dialect
    const known = this.identity.length === 0 || this.identity[2] === fields[2]
    if (fields.length === 4 && fields[1].startsWith(model.slice(0, 4)) && known) {
      this.identity = fields
      return
    }
    this.#suspect = true
    throw new InsituError(
      'WRONG_FIRMWARE',
      `${this.line.name}: wanted ${known ? model : this.identity.join(',')}, this is "${identity}"`,
      {
        port: this.line.name,
        hint: 'check which instrument is on this port',
      },
    )
  }
}

function lastHeard(line: TextLine): string {
  if (line.heardAt === undefined) return 'nothing was ever heard'
  return `heard last: ${JSON.stringify(line.lastHeard)}`
}
