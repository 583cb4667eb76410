import * as v from 'valibot'
import type { Family } from '../contract/block.ts'
import type { DataSheet, Kind, Port, Readings } from '../contract/sheet.ts'
import { checkPort, checkReadings, dataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { slotBytes } from './data.ts'
import { FRAME_OVERHEAD, HOST_MAX_FRAME } from './frame.ts'
import { type FacetPorts, type Format, type Layout, layoutOf, sparesLowest } from './numbers.ts'

/** Most bytes a description may have: its length and offsets travel in 16 bits. Settings may carry a whole geometry. */
export const DESCRIPTION_LIMIT = 65535
/** Parameters, slots and widths are addressed by 16 bits. */
export const WIRE_LIMIT = 65535

const label = (longest: number) =>
  // Names reach terminals and file names: printable characters only.
  v.pipe(v.string(), v.minLength(1), v.maxLength(longest), v.regex(/^[^\p{C}]*$/u, 'Expected printable characters'))
const finite = v.pipe(v.number(), v.finite())
const width = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIRE_LIMIT))
const positive = v.pipe(finite, v.minValue(0))
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIRE_LIMIT))
const range = { unit: label(32), min: finite, max: finite, step: positive }
const port = { width, ...range }

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
    local: v.optional(v.object({ ...range, noise: positive })),
    adjoint: v.optional(v.object(range)),
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
  /** What its local readings are, one per parameter; undefined without the `local` facet. */
  readonly local: Readings | undefined
  /** What can be held on its outputs; undefined without the `adjoint` facet. */
  readonly adjoint: Port | undefined
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
  const sheet = asSheet(output, kind)
  const facets = facetPorts(output, paramCount)
  if (output.format === 'i16') {
    for (const named of ports(output, facets)) checkCounts(named)
    // One count has to be left for a reading that could not be taken.
    if (facets.local !== undefined && !sparesLowest(facets.local)) throw refused('local: its lowest count is not free')
  }
  const layout = layoutOf(sheet, output.format, facets)
  checkSlot(layout)
  return {
    sheet,
    layout,
    codes: output.facets.codes ?? [],
    apply: output.facets.apply ?? false,
    learn: output.facets.learn ?? false,
    state: output.facets.state ?? false,
    local: facets.local,
    adjoint: facets.adjoint,
    learnRows: output.limits?.learnRows ?? WIRE_LIMIT,
    updateEvery: output.limits?.updateEvery ?? WIRE_LIMIT,
    watchdogMs: output.watchdogMs,
  }
}

/** Writes a description, the device's way of presenting a sheet. */
export function encodeDescription(
  sheet: DataSheet,
  format: Format,
  facets: { codes?: readonly Family[]; apply?: boolean; learn?: boolean; state?: boolean } & FacetPorts,
  watchdogMs: readonly [number, number],
): Uint8Array {
  const { local, adjoint, ...flags } = facets
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
    facets: {
      ...flags,
      ...(local && { local: { ...ranged(local), noise: local.noise } }),
      ...(adjoint && { adjoint: ranged(adjoint) }),
    },
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

/** The ports of two facets, as wide as the parameters and the outputs. */
function facetPorts({ machine, facets, sense }: Announced, paramCount: number): FacetPorts {
  const local = facets.local && { ...facets.local, width: paramCount }
  const adjoint = facets.adjoint && { ...facets.adjoint, width: sense.width }
  try {
    if (local !== undefined) checkReadings(machine, 'local', local)
    if (adjoint !== undefined) checkPort(machine, 'adjoint', adjoint)
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error))
  }
  return { ...(local && { local }), ...(adjoint && { adjoint }) }
}

/** DATA carries whole slots: the readings of one must fit a frame. */
function checkSlot(layout: Layout): void {
  const bytes = slotBytes(layout, layout.local !== undefined) + 2 + FRAME_OVERHEAD
  if (bytes > HOST_MAX_FRAME)
    throw refused(`the readings of one slot take a frame of ${bytes} bytes, at most ${HOST_MAX_FRAME} are taken`)
}

function ports(output: Announced, { local, adjoint }: FacetPorts): [string, Port][] {
  const named = output.banks.map((bank): [string, Port] => [`bank ${bank.name}`, bank])
  named.push(['drive', output.drive], ['sense', output.sense])
  if (local !== undefined) named.push(['local', local])
  if (adjoint !== undefined) named.push(['adjoint', adjoint])
  return named
}

/** Every value of a port must be a 16-bit count. */
function checkCounts([name, given]: readonly [string, Port]): void {
  if (given.step > 0 && given.min / given.step >= -32768.5 && given.max / given.step <= 32767.5) return
  throw refused(`${name}: ${given.min}..${given.max} in steps of ${given.step} does not fit 16 bits`)
}

function bounded(given: Port): Port {
  return { width: given.width, ...ranged(given) }
}

/** A port without its width; JSON has no infinity. */
function ranged({ unit, min, max, step }: Port): Omit<Port, 'width'> {
  const most = Number.MAX_VALUE
  return { unit, min: Math.max(min, -most), max: Math.min(max, most), step }
}

function refused(reason: string, cause?: unknown): InsituError {
  return new InsituError('WRONG_FIRMWARE', `the device's description was refused: ${reason}`, {
    cause,
    hint: 'check which firmware is on the board',
  })
}
