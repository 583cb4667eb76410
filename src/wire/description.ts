import * as v from 'valibot'
import type { Family } from '../contract/block.ts'
import type { DataSheet, Kind, Port } from '../contract/sheet.ts'
import { dataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { type Format, type Layout, layoutOf } from './numbers.ts'

/** Most bytes a description may have. */
export const DESCRIPTION_LIMIT = 8192
/** Parameters, slots and widths are addressed by 16 bits. */
export const WIRE_LIMIT = 65535

const label = (longest: number) =>
  // Names reach terminals and file names: printable characters only.
  v.pipe(v.string(), v.minLength(1), v.maxLength(longest), v.regex(/^[^\p{C}]*$/u, 'Expected printable characters'))
const finite = v.pipe(v.number(), v.finite())
const width = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIRE_LIMIT))
const positive = v.pipe(finite, v.minValue(0))
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIRE_LIMIT))
const port = { width, unit: label(32), min: finite, max: finite, step: positive }

const schema = v.object({
  insitu: v.literal(1),
  machine: label(64),
  identity: label(128),
  uid: v.optional(label(64)),
  banks: v.pipe(
    v.array(v.object({ name: label(32), ...port, safe: finite, slew: positive })),
    v.minLength(1),
    v.maxLength(256),
  ),
  drive: v.object(port),
  sense: v.object({ ...port, noise: positive }),
  maxSlots: width,
  slotSeconds: positive,
  repeatable: v.boolean(),
  format: v.picklist(['i16', 'f64']),
  watchdogMs: v.tuple([milliseconds, milliseconds]),
  facets: v.object({
    codes: v.optional(v.array(v.picklist(['random', 'walsh', 'sequential', 'sinusoid']))),
    apply: v.optional(v.boolean()),
    learn: v.optional(v.boolean()),
    state: v.optional(v.boolean()),
  }),
  limits: v.optional(v.object({ learnRows: v.optional(width), updateEvery: v.optional(width) })),
  settings: v.optional(v.record(v.string(), v.unknown())),
})

/** What a device says of itself, checked. */
export interface Description {
  readonly sheet: DataSheet
  readonly layout: Layout
  /** Families it generates; empty without the `codes` facet. */
  readonly codes: readonly Family[]
  readonly apply: boolean
  readonly learn: boolean
  readonly state: boolean
  /** Most rows of one LEARN, and most steps between its updates. */
  readonly learnRows: number
  readonly updateEvery: number
  /** Shortest and longest watchdog time it can be armed with, in milliseconds. */
  readonly watchdogMs: readonly [number, number]
}

/** Reads a description as it came over the wire; throws `WRONG_FIRMWARE` naming the field that is wrong. */
export function parseDescription(bytes: Uint8Array, kind: Kind): Description {
  const given = v.safeParse(schema, parseJson(bytes), { abortEarly: true })
  if (!given.success) {
    const [issue] = given.issues
    throw refused(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)
  }
  const { output } = given
  const paramCount = output.banks.reduce((total, bank) => total + bank.width, 0)
  if (paramCount > WIRE_LIMIT)
    throw refused(`${paramCount} parameters announced, at most ${WIRE_LIMIT} can be addressed`)
  if (output.watchdogMs[0] > output.watchdogMs[1]) throw refused(`watchdogMs: ${output.watchdogMs.join(' > ')}`)
  if (output.format === 'i16') for (const named of ports(output)) checkCounts(named)
  const sheet = asSheet(output, kind)
  return {
    sheet,
    layout: layoutOf(sheet, output.format),
    codes: output.facets.codes ?? [],
    apply: output.facets.apply ?? false,
    learn: output.facets.learn ?? false,
    state: output.facets.state ?? false,
    learnRows: output.limits?.learnRows ?? WIRE_LIMIT,
    updateEvery: output.limits?.updateEvery ?? WIRE_LIMIT,
    watchdogMs: output.watchdogMs,
  }
}

/** Writes a description, the device's way of presenting a sheet. */
export function encodeDescription(
  sheet: DataSheet,
  format: Format,
  facets: { codes?: readonly Family[]; apply?: boolean; learn?: boolean; state?: boolean },
  watchdogMs: readonly [number, number],
): Uint8Array {
  const text = JSON.stringify({
    insitu: 1,
    machine: sheet.machine,
    identity: sheet.identity,
    banks: sheet.banks.map((bank) => ({
      ...bounded(bank),
      name: bank.name,
      safe: bank.safe,
      slew: Number.isFinite(bank.slew) ? bank.slew : 0,
    })),
    drive: bounded(sheet.drive),
    sense: { ...bounded(sheet.sense), noise: sheet.sense.noise },
    maxSlots: Math.min(sheet.maxSlots, WIRE_LIMIT),
    slotSeconds: sheet.slotSeconds,
    repeatable: sheet.repeatable,
    format,
    watchdogMs,
    facets,
    settings: sheet.settings,
  })
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > DESCRIPTION_LIMIT) {
    throw new InsituError(
      'LIMIT',
      `description of ${sheet.machine}: ${bytes.length} bytes, at most ${DESCRIPTION_LIMIT}`,
      {
        device: sheet.machine,
        hint: 'shorten its settings',
      },
    )
  }
  return bytes
}

type Announced = v.InferOutput<typeof schema>

function asSheet(output: Announced, kind: Kind): DataSheet {
  const { machine, identity, uid, banks, drive, sense, maxSlots, slotSeconds, repeatable, settings = {} } = output
  try {
    return dataSheet({
      machine,
      kind,
      identity: uid === undefined ? identity : `${identity} ${uid}`,
      banks: banks.map((bank) => ({ ...bank, slew: bank.slew === 0 ? Number.POSITIVE_INFINITY : bank.slew })),
      drive,
      sense,
      maxSlots,
      slotSeconds,
      repeatable,
      settings,
    })
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // A key of this name must not reach code that copies settings around.
    return JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value))
  } catch (cause) {
    throw refused('it is no JSON that can be read', cause)
  }
}

function ports(output: Announced): [string, Port][] {
  const banks = output.banks.map((bank): [string, Port] => [`bank ${bank.name}`, bank])
  return [...banks, ['drive', output.drive], ['sense', output.sense]]
}

/** Every value of a port must be a 16-bit count. */
function checkCounts([name, given]: readonly [string, Port]): void {
  if (given.step > 0 && given.min / given.step >= -32768.5 && given.max / given.step <= 32767.5) return
  throw refused(`${name}: ${given.min}..${given.max} in steps of ${given.step} does not fit 16 bits`)
}

function bounded(given: Port): Port {
  const most = Number.MAX_VALUE
  const { width: numbers, unit, min, max, step } = given
  return { width: numbers, unit, min: Math.max(min, -most), max: Math.min(max, most), step }
}

function refused(reason: string, cause?: unknown): InsituError {
  return new InsituError('WRONG_FIRMWARE', `the device's description was refused: ${reason}`, {
    cause,
    hint: 'check which firmware is on the board',
  })
}
