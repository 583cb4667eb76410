import type { Backend } from '../../src/contract/backend.ts'
import type { Facets, PatternPort } from '../../src/contract/facets.ts'
import { nameOf, safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  crc32,
  type EchoFacet,
  encodeDescription,
  FAULT,
  FAULT_NAMES,
  type Format,
  FRAME_OVERHEAD,
  HOST_MAX_FRAME,
  type Identity,
  type Layout,
  layoutOf,
  numberBytes,
  PROTOCOL,
  parameterCrc,
  REFUSED,
  STATE,
  STATE_NAMES,
  widestSlot,
} from '../../src/wire/index.ts'
import { counted } from './serve-counts.ts'
import { Runway, servedEcho } from './serve-flight.ts'
import { checkPackable } from './serve-packed.ts'
import { Refused, refusalFor } from './serve-refused.ts'
import { type SpikeInbox, spikeInbox } from './serve-spikes.ts'

export interface BoardSettings {
  readonly format: Format
  readonly maxFrame: number
  readonly credits: number
  readonly boot: number
}

/** What a served machine remembers: its state, its arming, and the parameters it stores. */
export class Board {
  readonly backend: Backend & Partial<Facets>
  readonly layout: Layout
  readonly description: Uint8Array
  readonly maxFrame: number
  /** Parameters as last stored or read. */
  readonly theta: Float64Array
  /** Its echo as it is served; undefined without the facet. */
  readonly echo: EchoFacet | undefined
  /** Where spikes wait for their MEASURE, of a machine whose drive is spikes. */
  readonly spikes: SpikeInbox | undefined
  /** Where a wave is in flight. */
  readonly runway = new Runway()
  state: number = STATE.idle
  fault: number = FAULT.none
  armId = 0
  watchdogMs = 1000
  /** A snapshot on its way out, and one on its way in. */
  leaving: Uint8Array | undefined
  arriving: { readonly bytes: Uint8Array; filled: number } | undefined
  readonly #credits: number
  readonly #safe: Float64Array
  #boot: number
  #crc: number | undefined
  /** Set while the learning field is not what `theta` says. */
  #moved = false
  #work: AbortController | undefined

  constructor(machine: Backend & Partial<Facets>, { format, maxFrame, credits, boot }: BoardSettings) {
    if (format === 'packed') checkPackable(machine)
    const backend = format === 'i16' ? counted(machine) : machine
    const { sheet, adjoint, codes, echo, learn, local, state, taps } = backend
    const ports = {
      ...(adjoint && { adjoint: adjoint.load }),
      ...(local && { local: local.sense }),
      ...(taps && { taps: taps.layers }),
    }
    this.backend = backend
    const spiking = spikeInbox(sheet, maxFrame)
    this.spikes = spiking?.inbox
    this.layout = layoutOf(sheet, format, ports, spiking?.shape)
    this.echo = echo && servedEcho(sheet, echo, this.layout, maxFrame)
    this.description = encodeDescription(
      sheet,
      format,
      {
        ...ports,
        ...(local && { reads: local.reads }),
        ...(this.echo && { echo: this.echo }),
        ...(codes && { codes: codes.families, apply: true }),
        ...(codes?.patterns && { patterns: announced(codes.patterns) }),
        ...(learn && { learn: true }),
        ...(state && { state: true }),
        ...(spiking && { spikes: spiking.shape }),
      },
      [1, 65535],
    )
    const slot = widestSlot(this.layout) + 2 + FRAME_OVERHEAD
    if (slot > HOST_MAX_FRAME)
      throw new InsituError('LIMIT', `${nameOf(sheet)}: one slot's readings take a frame of ${slot} bytes`, {
        device: sheet.machine,
        hint: `a frame has at most ${HOST_MAX_FRAME} bytes; the format i16 needs a quarter of those of f64`,
      })
    this.maxFrame = maxFrame
    this.#credits = credits
    this.#boot = boot
    this.#safe = safeTheta(sheet)
    this.theta = this.#safe.slice()
  }

  get boot(): number {
    return this.#boot
  }

  /** 0 while it is not known: since an echo moved the learning field, until that is read. */
  get parameterCrc(): number {
    if (this.#moved) return 0
    this.#crc ??= parameterCrc(this.layout, this.theta)
    return this.#crc
  }

  identity(): Identity {
    return {
      protocol: PROTOCOL,
      descriptionLength: this.description.length,
      descriptionCrc: crc32(this.description),
      boot: this.#boot,
      resetReason: 0,
      state: this.state,
      fault: this.fault,
      credits: this.#credits,
      armId: this.armId,
      maxFrame: this.maxFrame,
    }
  }

  /** Refuses unless the board is armed with this id. */
  checkArmed(armId: number): void {
    if (this.state === STATE.fault) throw new Refused(REFUSED.fault, this.fault)
    if (this.state !== STATE.armed || armId !== this.armId) throw new Refused(REFUSED.notArmed, this.#boot)
  }

  /** The same, and unless no wave is in flight. */
  checkFree(armId: number): void {
    this.checkArmed(armId)
    this.runway.checkFree()
  }

  /** Refuses parameters outside their limits or not finite, before any is set. */
  checkTheta(values: Float64Array, first: number, offset: number): void {
    let i = 0
    for (const { width, min, max } of this.backend.sheet.banks) {
      for (const end = i + width; i < end; i++) {
        if (i < first || i >= first + values.length) continue
        const value = values[i - first]
        if (!Number.isFinite(value))
          throw new Refused(REFUSED.value, offset + numberBytes(this.layout.format) * (i - first))
        if (value < min || value > max) throw new Refused(REFUSED.limit, i)
      }
    }
  }

  async store(theta: Float64Array): Promise<void> {
    await this.backend.store(theta)
    this.noted(theta)
  }

  /** Takes over what the backend says it holds. */
  noted(theta: Float64Array): void {
    if (theta !== this.theta) this.theta.set(theta)
    this.#crc = undefined
    this.#moved = false
  }

  /** An echo moved the learning field; nobody knows where to until it is read. */
  moved(): void {
    this.#moved = true
  }

  /** The parameters as the machine holds them now, which takes a reading of the learning field after an echo. */
  async current(): Promise<Float64Array> {
    const { echo } = this.backend
    if (!this.#moved || echo?.learning === undefined) return this.theta
    this.runway.checkFree()
    const theta = this.theta.slice()
    await echo.learning.read(theta)
    this.noted(theta)
    return this.theta
  }

  /** Runs work that can be aborted. */
  async working<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#work = new AbortController()
    this.state = STATE.running
    try {
      return await work(this.#work.signal)
    } finally {
      this.#work = undefined
      if (this.state === STATE.running) this.state = STATE.armed
    }
  }

  abort(): void {
    this.#work?.abort(new Refused(REFUSED.aborted, 0))
  }

  async disarm(): Promise<void> {
    try {
      await this.runway.clear()
    } finally {
      await this.store(this.#safe)
    }
    this.armId = 0
    if (this.state !== STATE.fault) this.state = STATE.idle
  }

  /** The watchdog found the host silent. The fault is latched even if the machine takes no values any more. */
  async trip(): Promise<void> {
    try {
      await this.disarm()
    } finally {
      this.state = STATE.fault
      this.fault = FAULT.watchdog
    }
  }

  async reset(): Promise<void> {
    await this.disarm()
    this.state = STATE.idle
    this.fault = FAULT.none
    this.leaving = undefined
    this.arriving = undefined
    this.#boot++
  }

  /** How an error is put to the host; one that was not foreseen is a fault. */
  refusalFor(error: unknown): { readonly code: number; readonly detail: number } {
    const foreseen = refusalFor(error)
    if (foreseen !== undefined) return foreseen
    this.fault = FAULT.internal
    this.state = STATE.fault
    return { code: REFUSED.fault, detail: FAULT.internal }
  }

  summary(): string {
    const { machine, identity } = this.backend.sheet
    return `${machine} ${identity}: ${STATE_NAMES[this.state]}, fault ${FAULT_NAMES[this.fault]}, boot ${this.#boot}`
  }
}

function announced({ families, rows, columns }: PatternPort): Pick<PatternPort, 'families' | 'rows' | 'columns'> {
  return { families, rows, columns }
}
