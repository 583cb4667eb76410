import type { CheckedDevice } from '../contract/device.ts'
import { paramCount } from '../contract/sheet.ts'
import { missing, offered } from '../rules/rule.ts'
import type { Console } from './console.ts'
import { describeError } from './failure.ts'
import { openMachine } from './machines/open.ts'
import { setupOf } from './machines/setup.ts'
import { parseMachine, SPECS } from './machines/spec.ts'
import { RULES, type RuleEntry } from './rules.ts'
import { digits } from './tasks/digits.ts'
import { iris } from './tasks/iris.ts'

/** What is known of one machine. */
export interface DeviceEntry {
  readonly device: string
  readonly kind: string
  readonly machine: string
  readonly identity: string
  readonly parameters: number
  readonly facets: readonly string[]
  readonly rules: readonly {
    readonly name: string
    readonly fits: boolean
    readonly lacks: readonly string[]
    readonly knows: string
    readonly reads: string
  }[]
}

/** Machines that can be opened on any computer. */
const ALWAYS = [
  'board',
  'sim:mgd-chip',
  'sim:firmware',
  'sim:lattice',
  'sim:wave-field',
  'sim:neuromorphic-core',
  'sim:thz-encoder',
]

/** Machines that are set up for a task are shown as iris has them, cores and the encoder as digits do. */
const SETUP = setupOf(
  { ...iris, ...(digits.core && { core: digits.core }), ...(digits.encoder && { encoder: digits.encoder }) },
  1,
)

/** Opens machines, asks what they are, and lists the rules that fit and why others do not. */
export async function devices(names: readonly string[], console: Console): Promise<readonly DeviceEntry[]> {
  const wanted = names.length > 0 ? names : ALWAYS
  const specs = wanted.map((name) => ({ name, spec: parseMachine(name) }))
  const entries: DeviceEntry[] = []
  for (const { name, spec } of specs) {
    try {
      await using machine = await openMachine(spec, SETUP)
      const entry = describe(name, machine.device)
      entries.push(entry)
      print(entry, console)
    } catch (error) {
      if (names.length > 0) throw error
      console.say(`${console.colors.bold(name)}\n  ${describeError(error)}`)
    }
  }
  if (names.length === 0) {
    console.say('\nEverything --device takes:')
    for (const [form, meaning] of SPECS) console.say(`  ${form.padEnd(22)} ${meaning}`)
  }
  return entries
}

function describe(name: string, device: CheckedDevice): DeviceEntry {
  const { kind, machine, identity } = device.sheet
  const rules = RULES.map((rule) => {
    const lacks = refusals(rule, device)
    return { name: rule.name, fits: lacks.length === 0, lacks, knows: rule.knows, reads: rule.reads }
  })
  return { device: name, kind, machine, identity, parameters: paramCount(device.sheet), facets: offered(device), rules }
}

/** What a machine lacks for a rule: facets, or being of a kind of which is known what the rule must know. */
export function refusals(rule: RuleEntry, device: CheckedDevice): readonly string[] {
  const lacks = missing(rule, device)
  const { machine } = device.sheet
  if (rule.machines?.includes(machine) ?? true) return lacks
  return [...lacks, `${rule.knows} of a ${machine} (known of ${rule.machines?.join(', ')})`]
}

/** Width of the column of rules. */
const WIDEST = Math.max(...RULES.map(({ name }) => name.length))

function print({ device, kind, machine, identity, parameters, facets, rules }: DeviceEntry, { say, colors }: Console) {
  say(`${colors.bold(device)}  ${kind}: ${machine}, ${identity}, ${parameters} parameters`)
  say(`  offers    ${facets.length === 0 ? 'perturb and measure only' : facets.join(', ')}`)
  for (const { name, fits, lacks, knows, reads } of rules) {
    const { needs, summary } = RULES.find((rule) => rule.name === name) as RuleEntry
    const verdict = fits ? colors.green('fits     ') : colors.red('no       ')
    const facets = needs.length === 0 ? 'no facet' : needs.join(' and ')
    say(`  ${verdict} ${name.padEnd(WIDEST)} ${summary}`)
    const costs = fits ? `needs ${facets}; knows ${knows}; reads a row: ${reads}` : `it lacks ${lacks.join(' and ')}`
    say(`            ${' '.repeat(WIDEST)} ${colors.dim(costs)}`)
  }
}
