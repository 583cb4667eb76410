import type { Chart } from '../../report/curves.ts'
import type { Picture } from '../../report/experiment.ts'
import { readSettings, type SettingTable, type Values } from './settings.ts'

/** What an experiment may use while it runs. */
export interface Context {
  readonly seed: number
  /** A line for people: how far it is. */
  progress(line: string): void
  /** Something to look at, for the report. */
  figure(figure: Chart | Picture): void
}

/** What an experiment measured; numbers, lists of numbers, or lists by name. */
export type Metrics = Readonly<Record<string, unknown>>

export interface Definition<S extends SettingTable> {
  readonly name: string
  /** One line for help. */
  readonly summary: string
  /** Where the settings and the numbers to compare with come from. */
  readonly source: string
  readonly settings: S
  /** Defaults that change with another setting: variants.loop.analog = { tauX: 250 }. */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, Partial<Values<S>>>>>>
  /** Settings of a quick look, a few seconds. */
  readonly short: Partial<Values<S>>
  run(settings: Values<S>, context: Context): Promise<Metrics>
}

/** An experiment with its settings' types put away, as the command line holds it. */
export interface Experiment {
  readonly name: string
  readonly summary: string
  readonly source: string
  readonly settings: SettingTable
  /** Checks the words and returns what to run, without running it. */
  prepare(words: readonly string[], length: 'full' | 'short'): Promise<Prepared>
}

export interface Prepared {
  /** Every setting, as it would be typed. */
  readonly settings: Readonly<Record<string, string>>
  run(context: Context): Promise<Metrics>
}

export function experiment<S extends SettingTable>(definition: Definition<S>): Experiment {
  const { name, summary, source, settings: table, variants = {}, short } = definition
  return {
    name,
    summary,
    source,
    settings: table,
    async prepare(words, length) {
      const base = length === 'short' ? short : {}
      const first = await readSettings(name, table, words, base)
      const changed = Object.entries(variants).map(([key, by]) => by[String(first[key])] ?? {})
      const values = await readSettings(name, table, words, Object.assign({}, ...changed, base))
      const typed = Object.entries(table).map(([key, setting]) => [key, setting.write(values[key])] as const)
      return { settings: Object.fromEntries(typed), run: (context) => definition.run(values, context) }
    },
  }
}
