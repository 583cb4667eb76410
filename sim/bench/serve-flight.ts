import type { EchoPort, Flight } from '../../src/contract/echo.ts'
import { type DataSheet, nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { type EchoFacet, type Layout, mostFrames, REFUSED } from '../../src/wire/index.ts'
import { Refused } from './serve-refused.ts'

/** A wave in flight, and how many frames it took on its way out. */
interface Away {
  readonly id: number
  readonly frames: number
  readonly flight: Flight
}

/** Room for one wave in flight; ids are never used twice. */
export class Runway {
  #away: Away | undefined
  #ids = 0

  /** Refuses while a wave is in flight. */
  checkFree(): void {
    if (this.#away !== undefined) throw new Refused(REFUSED.busy, this.#away.id)
  }

  /** Takes a wave that was just launched; returns its id. */
  begin(flight: Flight, frames: number): number {
    const id = ++this.#ids
    this.#away = { id, frames, flight }
    return id
  }

  /** The wave with this id. */
  find(id: number): Away {
    if (this.#away?.id !== id) throw new Refused(REFUSED.flightOver, this.#away?.id ?? 0)
    return this.#away
  }

  /** Lets the wave die away, if there is one. */
  async clear(): Promise<void> {
    const away = this.#away
    this.#away = undefined
    await away?.flight[Symbol.asyncDispose]()
  }
}

/** The echo as it is announced: passages only as long as their messages fit. Throws `LIMIT` if not even one frame does. */
export function servedEcho(sheet: DataSheet, echo: EchoPort, layout: Layout, maxFrame: number): EchoFacet {
  const { injection, learning } = echo
  const maxFrames = Math.min(echo.maxFrames, mostFrames(layout, maxFrame))
  if (maxFrames > 0)
    return {
      injection,
      maxFrames,
      ...(learning && { learning: { bracket: learning.bracket, gain: learning.gain } }),
    }
  throw new InsituError('LIMIT', `${nameOf(sheet)}: not one frame of a passage fits the messages of an echo`, {
    device: sheet.machine,
    hint: `serve it with larger frames than ${maxFrame} bytes, or without its facet local`,
  })
}
