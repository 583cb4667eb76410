import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  type Burst,
  countSpikes,
  type Description,
  encodeSpikes,
  mostTicks,
  packSpikes,
  SPIKES,
  type SpikeShape,
  spikeRuns,
  wireBytes,
} from '../../src/wire/index.ts'
import type { Link } from '../link/link.ts'
import { lostSpikes } from '../link/refusals.ts'

/** How often the spikes of a burst are sent before the call fails. */
const SENDINGS = 16

/** Spikes on their way to a device since it was opened. */
export interface SpikeCounters {
  /** Written, repeats included. */
  sent: number
  /** Not there when the device was to use them; nothing ran, and they were sent again. */
  lost: number
  /** Came when their burst had run already, or under an arming that is over. */
  late: number
  /** Came although the device had them. */
  repeated: number
}

/** What a device has made of spikes since it was armed. */
interface SpikeNews {
  readonly lateSpikes: number
  readonly repeatedSpikes: number
}

/** Sends drive rows ahead of the MEASURE that uses them. */
export class SpikeSender {
  readonly counters: SpikeCounters = { sent: 0, lost: 0, late: 0, repeated: 0 }
  readonly #link: Link
  readonly #shape: SpikeShape
  #bursts = 0
  #epoch = 0
  #heard: SpikeNews = { lateSpikes: 0, repeatedSpikes: 0 }

  constructor(link: Link, shape: SpikeShape) {
    this.#link = link
    this.#shape = shape
  }

  /**
   * Sends rows and runs `work`, which names the burst to the device; sends them again where the device says that spikes
   * were lost. Rejects with `SPIKES_LOST` when that does not help.
   */
  async ahead<T>(
    data: Float64Array,
    rows: number,
    work: (burst: Burst, bytes: number) => Promise<T>,
  ): Promise<{ readonly value: T; readonly repeats: number }> {
    const { armId, identity } = this.#link
    const packed = packSpikes(this.#shape, data, rows)
    const burst = { burst: this.#bursts++, spikes: countSpikes(packed) }
    const frames = [...spikeRuns(this.#shape, packed, identity.maxFrame)].map(({ row, tick, bits }) =>
      encodeSpikes({ armId, burst: burst.burst, row, tick }, bits),
    )
    const bytes = frames.reduce((total, frame) => total + wireBytes(frame.length), 0)
    for (let repeats = 0; ; repeats++) {
      for (const frame of frames) this.#link.exchanger.post(SPIKES, frame)
      this.counters.sent += burst.spikes
      try {
        return { value: await work(burst, bytes), repeats }
      } catch (error) {
        const lost = lostSpikes(error)
        if (lost === undefined) throw error
        this.counters.lost += lost
        if (repeats + 1 === SENDINGS) throw givenUp(this.#link.name, error)
      }
    }
  }

  /** Takes over what the device says of spikes since it was armed. */
  note(news: SpikeNews): void {
    const before = this.#epoch === this.#link.epoch ? this.#heard : { lateSpikes: 0, repeatedSpikes: 0 }
    this.counters.late += Math.max(0, news.lateSpikes - before.lateSpikes)
    this.counters.repeated += Math.max(0, news.repeatedSpikes - before.repeatedSpikes)
    this.#epoch = this.#link.epoch
    this.#heard = news
  }
}

/** The sender for a device that takes spikes; throws `WRONG_FIRMWARE` if not one tick fits its frames. */
export function spikeSender(link: Link, { layout: { spikes }, sheet }: Description): SpikeSender | undefined {
  if (spikes === undefined) return undefined
  const { maxFrame } = link.identity
  if (mostTicks(spikes, maxFrame) > 0) return new SpikeSender(link, spikes)
  throw new InsituError(
    'WRONG_FIRMWARE',
    `${nameOf(sheet)}: it announces ${spikes.lines} lines, of which not one tick fits its frames of ${maxFrame} bytes`,
    { port: link.name, hint: 'use firmware with larger frames' },
  )
}

function givenUp(name: string, cause: unknown): InsituError {
  return new InsituError('SPIKES_LOST', `${name}: spikes were lost on the way ${SENDINGS} times; nothing was run`, {
    cause,
    port: name,
    hint: 'look at the counters of the link: a line that loses so much needs a shorter cable or a lower speed',
  })
}
