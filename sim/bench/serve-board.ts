import type { Backend } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { nameOf, safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  crc32,
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
  slotBytes,
  ValueError,
  WireError,
} from '../../src/wire/index.ts'
import { counted } from './serve-counts.ts'

/** Why a request is not carried out. */
export class Refused extends Error {
  readonly code: number
  readonly detail: number
  constructor(code: number, detail: number) {
    super(`refused with code ${code}, detail ${detail}`)
    this.name = 'Refused'
    this.code = code
    this.detail = detail
  }
}

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
  readonly theta: Float64Array
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
  #work: AbortController | undefined

  constructor(machine: Backend & Partial<Facets>, { format, maxFrame, credits, boot }: BoardSettings) {
    const backend = format === 'i16' ? counted(machine) : machine
    const { sheet, adjoint, codes, learn, local, state } = backend
    const ports = { ...(adjoint && { adjoint: adjoint.load }), ...(local && { local: local.sense }) }
    this.backend = backend
    this.layout = layoutOf(sheet, format, ports)
    this.description = encodeDescription(
      sheet,
      format,
      {
        ...ports,
        ...(codes && { codes: codes.families, apply: true }),
        ...(learn && { learn: true }),
        ...(state && { state: true }),
      },
      [1, 65535],
    )
    const slot = slotBytes(this.layout, local !== undefined) + 2 + FRAME_OVERHEAD
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

  get parameterCrc(): number {
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
    await this.store(this.#safe)
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

  /** How an error is put to the host. */
  refusalFor(error: unknown): { readonly code: number; readonly detail: number } {
    if (error instanceof Refused) return error
    if (error instanceof WireError) return { code: REFUSED.length, detail: error.wanted }
    if (error instanceof ValueError) return { code: REFUSED.value, detail: error.offset }
    if (error instanceof InsituError && error.code === 'LIMIT') return { code: REFUSED.limit, detail: 0 }
    // Nothing has moved for good: the loads are gone with the block.
    if (error instanceof InsituError && error.code === 'NO_EQUILIBRIUM') return { code: REFUSED.noRest, detail: 0 }
    if (error instanceof InsituError && (error.code === 'SHAPE' || error.code === 'NOT_FINITE'))
      return { code: REFUSED.value, detail: 0 }
    this.fault = FAULT.internal
    this.state = STATE.fault
    return { code: REFUSED.fault, detail: FAULT.internal }
  }

  summary(): string {
    const { machine, identity } = this.backend.sheet
    return `${machine} ${identity}: ${STATE_NAMES[this.state]}, fault ${FAULT_NAMES[this.fault]}, boot ${this.#boot}`
  }
}
