import { type Command, parseNumber } from './grammar.ts'

/** Why an instrument does not do a command: the bits of its event status. */
export type Refusal = 'illegal' | 'cannot'

export class Refused extends Error {
  readonly why: Refusal
  constructor(why: Refusal) {
    super(why)
    this.why = why
  }
}

/** One number of a setting. */
export interface Field {
  readonly min: number
  readonly max: number
  /** Values are rounded to it; 1 makes them whole, 0 leaves them as they are. */
  readonly step: number
}

/** A setting of the published table: set by `NAME i,a,b`, asked by `NAME? i`. */
export interface Setting {
  readonly name: string
  /** First and last of the numbers that come first and choose one of several. */
  readonly index?: readonly [number, number]
  readonly fields: readonly Field[]
  readonly initial: readonly number[]
}

export const whole = (min: number, max: number): Field => ({ min, max, step: 1 })
export const real = (min: number, max: number, step: number): Field => ({ min, max, step })
export const setting = (name: string, initial: number, field: Field): Setting => ({
  name,
  fields: [field],
  initial: [initial],
})

/** All settings of one instrument and their values. */
export class Settings {
  readonly #table: ReadonlyMap<string, Setting>
  readonly #values = new Map<string, readonly number[]>()

  constructor(table: readonly Setting[]) {
    this.#table = new Map(table.map((one) => [one.name, one]))
    this.reset()
  }

  find(name: string): Setting | undefined {
    return this.#table.get(name)
  }

  reset(): void {
    for (const { name, index: [from, to] = [0, 0], initial } of this.#table.values())
      for (let i = from; i <= to; i++) this.#values.set(`${name} ${i}`, initial)
  }

  get(name: string, index = 0): readonly number[] {
    return this.#values.get(`${name} ${index}`) as readonly number[]
  }

  /** The only or first number of a setting. */
  value(name: string, index = 0): number {
    return this.get(name, index)[0]
  }

  put(name: string, values: readonly number[], index = 0): void {
    this.#values.set(`${name} ${index}`, values)
  }

  save(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#values)
  }

  load(saved: ReadonlyMap<string, readonly number[]>): void {
    for (const [key, values] of saved) this.#values.set(key, values)
  }

  /** Index and numbers of a command that sets or asks; throws `Refused`. */
  read(command: Command, { index, fields }: Setting): { readonly at: number; readonly values: readonly number[] } {
    const numbers = numbersOf(command)
    const leading = index === undefined ? 0 : 1
    if (numbers.length !== leading + (command.query ? 0 : fields.length)) throw new Refused('illegal')
    const at = index === undefined ? 0 : rounded(numbers[0], whole(...index))
    return { at, values: command.query ? [] : fields.map((field, f) => rounded(numbers[leading + f], field)) }
  }
}

/** Every argument as a number; throws `Refused` where one is none. */
export function numbersOf(command: Command): number[] {
  return command.words.map((word) => {
    const value = parseNumber(word)
    if (value === undefined) throw new Refused('illegal')
    return value
  })
}

/** A number on its field's step; throws `Refused` outside its range. */
export function rounded(value: number, { min, max, step }: Field): number {
  const on = step === 0 ? value : Math.round(value / step) * step
  if (!(on >= min - 1e-12 && on <= max + 1e-12)) throw new Refused('cannot')
  // Decimal steps: 1.234 is to be printed as it was set.
  return Number(on.toPrecision(12))
}
