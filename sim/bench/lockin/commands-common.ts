import type { Core, Handler } from './core.ts'
import { general } from './numbers.ts'
import { numbersOf, Refused, rounded, type Settings, whole } from './settings.ts'
import type { StatusRegister } from './status.ts'

/** A status register: `XXX?` reads and clears it, `XXX? i` bit i alone. */
function status(of: (core: Core) => StatusRegister): Handler {
  return (command, core) => {
    const register = of(core)
    if (!command.query) throw new Refused('illegal')
    const [bit] = numbersOf(command)
    if (bit === undefined) return String(register.read())
    return String(register.readBit(rounded(bit, whole(0, register.width - 1))))
  }
}

/** Its enables: `XXX i` sets all, `XXX i,j` bit i to j. */
function enables(of: (core: Core) => StatusRegister): Handler {
  return (command, core) => {
    const register = of(core)
    const [first, second] = numbersOf(command)
    if (command.query) {
      if (first === undefined) return String(register.enabled)
      return String((register.enabled >> rounded(first, whole(0, register.width - 1))) & 1)
    }
    if (first === undefined) throw new Refused('illegal')
    if (second === undefined) register.enabled = rounded(first, whole(0, 2 ** register.width - 1))
    else register.enable(rounded(first, whole(0, register.width - 1)), rounded(second, whole(0, 1)) === 1)
    return undefined
  }
}

/** The serial poll byte: SCN and IFC always, for nothing runs while a command is carried out. */
const serialPoll: Handler = (command, core) => {
  if (!command.query) throw new Refused('illegal')
  const { errs, lias, esr, sre } = core
  const byte = 0b11 | (errs.reports ? 4 : 0) | (lias.reports ? 8 : 0) | (esr.reports ? 32 : 0)
  const all = byte | ((byte & sre.enabled) !== 0 ? 64 : 0)
  const [bit] = numbersOf(command)
  return String(bit === undefined ? all : (all >> rounded(bit, whole(0, 7))) & 1)
}

/** What every model understands. */
export const COMMON: readonly (readonly [string, Handler])[] = [
  ['*IDN', (command, core) => (command.query ? core.identity : refuse())],
  ['*ESR', status((core) => core.esr)],
  ['*ESE', enables((core) => core.esr)],
  ['*SRE', enables((core) => core.sre)],
  ['*STB', serialPoll],
  ['LIAS', status((core) => core.lias)],
  ['LIAE', enables((core) => core.lias)],
  ['ERRS', status((core) => core.errs)],
  ['ERRE', enables((core) => core.errs)],
  [
    '*CLS',
    (_, core) => {
      for (const register of [core.esr, core.lias, core.errs]) register.clear()
      return undefined
    },
  ],
]

/** Does a command of the table of settings; undefined where the name is not in it. */
export function settingCommand(
  settings: Settings,
  changed: (name: string, at: number, before: readonly number[]) => void,
  check: (name: string, values: readonly number[]) => void,
): (name: string) => Handler | undefined {
  return (name) => {
    const one = settings.find(name)
    if (one === undefined) return undefined
    return (command) => {
      const { at, values } = settings.read(command, one)
      if (command.query)
        return settings
          .get(name, at)
          .map((value) => general(value))
          .join(',')
      check(name, values)
      const before = settings.get(name, at)
      settings.put(name, values, at)
      changed(name, at, before)
      return undefined
    }
  }
}

export function refuse(): never {
  throw new Refused('illegal')
}

/** Wraps a handler that takes no question mark, and that many numbers. */
export function action(count: number, run: (numbers: number[], core: Core) => void): Handler {
  return (command, core) => {
    const numbers = numbersOf(command)
    if (command.query || numbers.length !== count) throw new Refused('illegal')
    run(numbers, core)
    return undefined
  }
}

/** Wraps a handler of a query with at least so many numbers. */
export function question(counts: readonly [number, number], run: (numbers: number[], core: Core) => string): Handler {
  return (command, core) => {
    const numbers = numbersOf(command)
    if (!command.query || numbers.length < counts[0] || numbers.length > counts[1]) throw new Refused('illegal')
    return run(numbers, core)
  }
}
