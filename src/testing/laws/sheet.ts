import type { Receipt } from '../../contract/backend.ts'
import { dataSheet, type Port, type Readings } from '../../contract/sheet.ts'
import { checkUnits } from '../../units/sheet.ts'
import { type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { same } from '../same.ts'
import { way } from './delta.ts'

export const frozen: Law = {
  name: 'the data sheet is complete and frozen',
  check: async (bench) => {
    const { sheet } = bench
    const parts = { sheet, 'sheet.banks': sheet.banks, 'sheet.drive': sheet.drive, 'sheet.sense': sheet.sense }
    const banks = Object.fromEntries(sheet.banks.map((bank) => [`bank ${bank.name}`, bank]))
    for (const [name, part] of Object.entries({ ...parts, ...banks })) {
      demand(Object.isFrozen(part), `${name} to be frozen (dataSheet() does it)`, 'an object that can be changed')
    }
    const again = dataSheet(sheet)
    demand(again.machine !== '' && again.identity !== '', 'a machine and an identity', 'an empty name')
  },
}

export const units: Law = {
  name: 'the units of the data sheet are known',
  check: async (bench) => {
    const unknown = await checkUnits(bench.sheet).then(
      () => undefined,
      (error: unknown) => error,
    )
    demand(unknown === undefined, 'units that mathjs can read', String(unknown))
  },
}

/** Rounding of a reading or a clock when it was turned into a double, in steps. */
const ROUNDING = 1e-6

export const senseStep: Law = {
  name: 'readings lie within the stated range, on the stated step',
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      const slots = bench.slots
      await device.store(inputs.theta())
      const block = { slots, drive: inputs.drive(slots), delta: inputs.delta(slots) }
      onPort(bench.sheet.sense, await readings(device, block))
    }),
}

/** Demands readings within their range and on their step. */
export function onPort({ min, max, step, unit }: Port, values: Iterable<number>): void {
  for (const value of values) {
    demand(value >= min && value <= max, `readings in [${min}, ${max}] ${unit}`, `${value}`)
    const end = value === min || value === max
    const off = step === 0 || end ? 0 : Math.abs(value / step - Math.round(value / step))
    demand(off <= ROUNDING, `readings in steps of ${step} ${unit}`, `${value}, which is ${value / step} steps`)
  }
}

/** Values this part of a step away from the grid must do as the grid value does. */
const OFF_GRID = 0.3

export const inputSteps: Law = {
  name: 'parameters and drive are resolved to the stated step',
  unless: ({ sheet }) => {
    if (!sheet.repeatable) return 'a difference of less than a step cannot be told from noise'
    return [...sheet.banks, sheet.drive].every((port) => port.step === 0) ? 'the machine states no steps' : undefined
  },
  check: async (bench) => {
    const { banks, drive } = bench.sheet
    const inputs = bench.inputs()
    const slots = bench.slots
    const theta = inputs.theta()
    const track = inputs.drive(slots)
    const ports: readonly Port[] = banks.flatMap((bank) => Array.from({ length: bank.width }, () => bank))
    const nudged = theta.map((value, i) => nudge(ports[i], value, i))
    const driven = { ...track, data: track.data.map((value, i) => nudge(drive, value, i)) }
    await same(
      bench,
      way('values on the grid', theta, { slots, drive: track }),
      way(`values ${OFF_GRID} steps off it`, nudged, { slots, drive: driven }),
    )
  },
}

function nudge(port: Port, value: number, index: number): number {
  const moved = value + (index % 2 === 0 ? OFF_GRID : -OFF_GRID) * port.step
  return moved >= port.min && moved <= port.max ? moved : value
}

/** Slots of the short and the long block between which the time of a slot is taken. */
const SHORT = 8
const LONG = 136

export const slotTime: Law = {
  name: 'a slot takes slotSeconds on the machine, and its clock runs forward',
  unless: ({ sheet }) => {
    if (sheet.slotSeconds === 0) return 'the machine states no slot time'
    return sheet.maxSlots < 2 * SHORT
      ? `one exchange of ${sheet.maxSlots} slots is too short to take the time`
      : undefined
  },
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      await device.store(inputs.theta())
      const long = Math.min(LONG, bench.sheet.maxSlots)
      const drive = inputs.drive(1, LONG)
      const receipts: Receipt[] = []
      for (const slots of [SHORT, long, SHORT, long]) {
        receipts.push(await device.measure({ slots, drive }, new Float64Array(slots * bench.sheet.sense.width)))
      }
      for (let i = 1; i < receipts.length; i++) {
        const [before, after] = [receipts[i - 1].endedAt, receipts[i].startedAt]
        demand(after >= before, 'an exchange to start after the one before has ended', `${after} s after ${before} s`)
      }
      const took = (a: number, b: number) => Math.min(...[a, b].map((i) => receipts[i].endedAt - receipts[i].startedAt))
      const seconds = (took(1, 3) - took(0, 2)) / (long - SHORT)
      const stated = bench.sheet.slotSeconds
      const tolerance = bench.options.slotTolerance ?? 0.25
      demand(
        Math.abs(seconds - stated) <= tolerance * stated,
        `${stated} s a slot within ${100 * tolerance} %`,
        `${seconds} s by its own clock`,
      )
    }),
}

/** Slots over which noise is taken: its standard error is then about sqrt(3 / (4 x 255)) = 5 % per output. */
const NOISY = 256
const QUIET = 16

export const noise: Law = {
  name: 'readings carry the stated noise',
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      await device.store(inputs.theta())
      const slots = bench.sheet.sense.noise > 0 ? NOISY : QUIET
      scattered(bench, bench.sheet.sense, await readings(device, { slots, drive: bench.inputs().drive(1, slots) }))
    }),
}

/** Demands that readings of one input scatter as stated. */
export function scattered(bench: Bench, port: Readings, values: Float64Array): void {
  const { noise, step, min, max, unit } = port
  const { deviation, pairs } = scatter(port, values)
  const rounding = Math.max(step, 1e-6 * (max - min))
  const expected = `readings of one input to scatter by ${noise} ${unit}`
  demand(pairs > 0, expected, 'no reading taken twice in a row')
  // Few readings, of those that may be lost, do not tell it better.
  const part = Math.max(0.25, bench.sigmas * Math.sqrt(3 / (4 * pairs)))
  demand(deviation <= (1 + part) * noise + rounding, expected, `a standard deviation of ${deviation}`)
  demand(noise <= rounding || deviation >= (1 - part) * noise, expected, `only ${deviation}`)
}

/** Standard deviation of readings of one input, taken from slot to slot so that a slow drift does not count. */
function scatter({ width }: Readings, values: Float64Array) {
  let squares = 0
  let pairs = 0
  for (let i = width; i < values.length; i++) {
    const step = values[i] - values[i - width]
    if (Number.isNaN(step)) continue
    squares += step ** 2
    pairs++
  }
  return { deviation: Math.sqrt(squares / (2 * pairs)), pairs }
}
