import type { Backend } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import type { Facets, StatePort } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet, nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { memberSeed } from '../../src/kernels/core/member.ts'
import { InputSpikes } from './input-spikes.ts'
import { drawnNoise } from './sheet.ts'

/** Bytes of the slot counter before a snapshot of the machine itself. */
const COUNTER = 8

/**
 * A machine that takes spikes, driven by probabilities: the host draws the spikes, by the slots it has measured so far.
 *
 * Drive: one probability per line, 0..1. The seed is what the machine says of itself unless another is given, so that its
 * counts are those of one that draws its spikes itself. A call that fails may leave host and machine at different slots, which
 * changes which spikes are drawn, never how many. Throws `CONFIG` for a machine that does not take spikes.
 */
export function encoded(
  backend: Backend & Partial<Facets>,
  { seed = ownSeed(backend.sheet) }: { readonly seed?: number } = {},
): Backend & Partial<Facets> {
  const { sheet, codes, state } = backend
  const { ticks, lines } = spiking(sheet)
  const source = new InputSpikes(seed, ticks)
  let slot = 0

  /** The block with a row of spikes for every slot. */
  const drawn = ({ drive, ...rest }: Block): Block => {
    const data = new Float64Array(rest.slots * ticks * lines)
    for (let s = 0; s < rest.slots; s++) {
      const row = Math.floor(s / drive.hold) * lines
      for (let tick = 0; tick < ticks; tick++)
        source.draw(slot + s, tick, drive.data, row, lines, data, (s * ticks + tick) * lines)
    }
    return { ...rest, drive: { kind: 'track', data, hold: 1 } }
  }
  const counted: StatePort | undefined = state && {
    async snapshot(opts) {
      const inner = await state.snapshot(opts)
      const bytes = new Uint8Array(COUNTER + inner.length)
      new DataView(bytes.buffer).setFloat64(0, slot, true)
      bytes.set(inner, COUNTER)
      return bytes
    },
    async restore(bytes, theta, opts) {
      if (bytes.length < COUNTER)
        throw new InsituError(
          'SHAPE',
          `${nameOf(sheet)}: a snapshot of ${bytes.length} bytes, wanted ${COUNTER} or more`,
        )
      const shown = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true)
      if (!Number.isSafeInteger(shown) || shown < 0)
        throw new InsituError(
          'RECORD',
          `${nameOf(sheet)}: the snapshot says ${shown} slots, wanted a whole number from 0`,
        )
      await state.restore(bytes.subarray(COUNTER), theta, opts)
      slot = shown
    },
  }
  return {
    sheet: dataSheet({
      ...sheet,
      drive: { ...sheet.drive, width: lines, step: 0 },
      // Counts scatter now with the spikes that are drawn.
      sense: { ...sheet.sense, noise: Math.max(sheet.sense.noise, drawnNoise(sheet.sense.max)) },
      settings: { ...sheet.settings, input: 'rates' },
    }),
    store: (theta, opts) => backend.store(theta, opts),
    async measure(block, into, opts) {
      const receipt = await backend.measure(drawn(block), into, opts)
      slot += block.slots
      return receipt
    },
    ...(codes && { codes }),
    ...(counted && { state: counted }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

/** Shape of the spikes a machine takes. */
function spiking(sheet: DataSheet): { readonly ticks: number; readonly lines: number } {
  const { input, ticks, lines } = sheet.settings
  if (
    input === 'spikes' &&
    typeof ticks === 'number' &&
    typeof lines === 'number' &&
    sheet.drive.width === ticks * lines
  )
    return { ticks, lines }
  throw new InsituError(
    'CONFIG',
    `${nameOf(sheet)}: wanted a machine that takes spikes, its input is ${String(input)}`,
    {
      device: sheet.machine,
      hint: 'a machine that takes probabilities needs no encoder',
    },
  )
}

function ownSeed({ settings: { seed = 0, member = 0 } }: DataSheet): number {
  return memberSeed(Number(seed), Number(member))
}
