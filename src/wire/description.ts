import * as v from 'valibot'
import type { Family } from '../contract/block.ts'
import type { LocalPort, PatternPort } from '../contract/facets.ts'
import type { DataSheet, Kind, Port, Readings } from '../contract/sheet.ts'
import { checkPort, checkReadings, dataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { widestSlot } from './data.ts'
import {
  type Announced,
  DESCRIPTION_LIMIT,
  type EchoFacet,
  PARAMETER_LIMIT,
  schema,
  WIRE_LIMIT,
} from './description-schema.ts'
import { mostFrames } from './echo.ts'
import { FRAME_OVERHEAD, HOST_MAX_FRAME } from './frame.ts'
import { type FacetPorts, type Format, type Layout, layoutOf, sparesLowest } from './numbers.ts'
import { isPackable } from './packed.ts'
import { areSpikes, type SpikeShape } from './spikes.ts'

/** What a device says of itself, checked. */
export interface Description {
  readonly sheet: DataSheet
  readonly layout: Layout
  /** Families it generates; empty without the `codes` facet. */
  readonly codes: readonly Family[]
  /** The patterns it makes itself; undefined where it makes none. */
  readonly patterns: Pick<PatternPort, 'families' | 'rows' | 'columns'> | undefined
  readonly apply: boolean
  readonly learn: boolean
  readonly state: boolean
  /** What its local readings are, one per parameter; undefined without the `local` facet. */
  readonly local: Pick<LocalPort, 'reads' | 'sense'> | undefined
  /** What is read of each layer; undefined without the `taps` facet. */
  readonly taps: readonly Readings[] | undefined
  /** What can be held on its outputs; undefined without the `adjoint` facet. */
  readonly adjoint: Port | undefined
  /** What can be injected, and the longest passage it announces; undefined without the `echo` facet. */
  readonly echo: EchoFacet | undefined
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
  if (paramCount > PARAMETER_LIMIT)
    throw refused(`${paramCount} parameters announced, at most ${PARAMETER_LIMIT} are taken`)
  if (output.watchdogMs[0] > output.watchdogMs[1]) throw refused(`watchdogMs: ${output.watchdogMs.join(' > ')}`)
  const sheet = asSheet(output, kind)
  const facets = facetPorts(output, paramCount)
  if (output.format === 'i16') {
    for (const named of ports(output, facets)) checkCounts(named)
    // One count has to be left for a reading that could not be taken.
    for (const [name, inner] of innerPorts(facets))
      if (!sparesLowest(inner)) throw refused(`${name}: its lowest count is not free`)
  }
  if (output.format === 'packed') checkPacked(output)
  if (output.spikes !== undefined && !areSpikes(output.drive, output.spikes))
    throw refused(
      `spikes: ${output.spikes.ticks} ticks of ${output.spikes.lines} lines, but the drive is ${output.drive.width} of ${output.drive.min}..${output.drive.max} in steps of ${output.drive.step}`,
    )
  const { patterns } = output.facets
  if (patterns !== undefined && patterns.rows * patterns.columns !== output.drive.width)
    throw refused(
      `facets.patterns: ${patterns.rows} x ${patterns.columns}, but the drive is ${output.drive.width} wide`,
    )
  if (patterns !== undefined && output.facets.codes === undefined) throw refused('facets.patterns: it needs codes')
  const layout = layoutOf(sheet, output.format, facets, output.spikes)
  checkSlot(layout)
  const { local, echo } = output.facets
  return {
    sheet,
    layout,
    codes: output.facets.codes ?? [],
    patterns,
    apply: output.facets.apply ?? false,
    learn: output.facets.learn ?? false,
    state: output.facets.state ?? false,
    local: local && facets.local && { reads: local.reads, sense: facets.local },
    taps: facets.taps,
    adjoint: facets.adjoint,
    echo: echo && echoFacet(output, echo, layout),
    learnRows: output.limits?.learnRows ?? WIRE_LIMIT,
    updateEvery: output.limits?.updateEvery ?? WIRE_LIMIT,
    watchdogMs: output.watchdogMs,
  }
}

/** The facets of a machine as it presents them. */
interface AnnouncedFacets extends FacetPorts {
  readonly codes?: readonly Family[]
  readonly patterns?: Pick<PatternPort, 'families' | 'rows' | 'columns'>
  readonly apply?: boolean
  readonly learn?: boolean
  readonly state?: boolean
  /** What `local` reads; `root` unless said otherwise. */
  readonly reads?: LocalPort['reads']
  readonly echo?: EchoFacet
  /** How its drive travels ahead of MEASURE, if it does. */
  readonly spikes?: SpikeShape
}

/** Writes a description, the device's way of presenting a sheet. */
export function encodeDescription(
  sheet: DataSheet,
  format: Format,
  facets: AnnouncedFacets,
  watchdogMs: readonly [number, number],
): Uint8Array {
  const { local, taps, adjoint, reads = 'root', echo, spikes, ...flags } = facets
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
    ...(spikes && { spikes }),
    watchdogMs,
    facets: {
      ...flags,
      ...(local && { local: { ...ranged(local), noise: local.noise, reads } }),
      ...(taps && { taps: taps.map((layer) => ({ ...bounded(layer), noise: layer.noise })) }),
      ...(adjoint && { adjoint: ranged(adjoint) }),
      ...(echo && { echo: { ...echo, injection: ranged(echo.injection) } }),
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

function asSheet(output: Announced, kind: Kind): DataSheet {
  const { machine, identity, uid, banks, drive, sense, maxSlots, slotSeconds, repeatable, settings = {} } = output
  return checked(() =>
    dataSheet({
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
    }),
  )
}

/** What the checks of a data sheet refuse is a wrong description here. */
function checked<T>(check: () => T): T {
  try {
    return check()
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

/** The ports of three facets; local readings are as many as the parameters, a load is as wide as the outputs. */
function facetPorts({ machine, facets, sense }: Announced, paramCount: number): FacetPorts {
  const local = facets.local && { ...ranged(facets.local), width: paramCount, noise: facets.local.noise }
  const adjoint = facets.adjoint && { ...facets.adjoint, width: sense.width }
  checked(() => {
    if (local !== undefined) checkReadings(machine, 'local', local)
    for (const [n, layer] of facets.taps?.entries() ?? []) checkReadings(machine, `taps[${n}]`, layer)
    if (adjoint !== undefined) checkPort(machine, 'adjoint', adjoint)
  })
  const { taps } = facets
  return { ...(local && { local }), ...(taps && { taps }), ...(adjoint && { adjoint }) }
}

/** What an echo takes, as wide as the outputs; its messages carry doubles only and must fit the frames of the host. */
function echoFacet(
  { machine, format, sense }: Announced,
  announced: NonNullable<Announced['facets']['echo']>,
  layout: Layout,
): EchoFacet {
  const { maxFrames, learning } = announced
  const injection = { ...announced.injection, width: sense.width }
  if (format === 'i16') throw refused('facets.echo: it needs the format f64')
  checked(() => checkPort(machine, 'facets.echo.injection', injection))
  const most = mostFrames(layout, HOST_MAX_FRAME)
  if (maxFrames > most)
    throw refused(
      `facets.echo.maxFrames: ${maxFrames}, passages of at most ${most} fit frames of ${HOST_MAX_FRAME} bytes`,
    )
  return { injection, maxFrames, ...(learning && { learning }) }
}

/** DATA carries whole slots: the readings of one must fit a frame. */
function checkSlot(layout: Layout): void {
  const bytes = widestSlot(layout) + 2 + FRAME_OVERHEAD
  if (bytes > HOST_MAX_FRAME)
    throw refused(`the readings of one slot take a frame of ${bytes} bytes, at most ${HOST_MAX_FRAME} are taken`)
}

/** What is read inside the machine. */
function innerPorts({ local, taps = [] }: FacetPorts): [string, Port][] {
  const layers = taps.map((layer, n): [string, Port] => [`taps[${n}]`, layer])
  return local === undefined ? layers : [['local', local], ...layers]
}

function ports(output: Announced, facets: FacetPorts): [string, Port][] {
  const { adjoint } = facets
  const named = output.banks.map((bank): [string, Port] => [`bank ${bank.name}`, bank])
  named.push(['drive', output.drive], ['sense', output.sense])
  named.push(...innerPorts(facets))
  if (adjoint !== undefined) named.push(['adjoint', adjoint])
  return named
}

/** Numbers are packed where all ports have a range of steps that fits, and nothing but the state is offered beside them. */
function checkPacked(output: Announced): void {
  for (const [name, port] of ports(output, {}))
    if (!isPackable(port)) throw refused(`${name}: ${port.min}..${port.max} in steps of ${port.step} cannot be packed`)
  const [other] = Object.entries(output.facets).filter(([name, given]) => name !== 'state' && given)
  if (other !== undefined) throw refused(`facets.${other[0]}: it needs the format f64`)
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
function ranged({ unit, min, max, step }: Omit<Port, 'width'>): Omit<Port, 'width'> {
  const most = Number.MAX_VALUE
  return { unit, min: Math.max(min, -most), max: Math.min(max, most), step }
}

function refused(reason: string, cause?: unknown): InsituError {
  return new InsituError('WRONG_FIRMWARE', `the device's description was refused: ${reason}`, {
    cause,
    hint: 'check which firmware is on the board',
  })
}
