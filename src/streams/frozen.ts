import { expandDense } from '../codes/expand.ts'
import type { Backend, CallOptions } from '../contract/backend.ts'
import { type Block, type Delta, rowsFor } from '../contract/block.ts'
import type { CheckedDevice, Device } from '../contract/device.ts'
import type { StatePort, TapPort } from '../contract/facets.ts'
import { dataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { type FreeBanks, freeBanks } from './free-banks.ts'

/** A machine some of whose banks are held; it keeps its taps, and can be put back where it could. */
export interface Frozen extends Backend {
  readonly taps?: TapPort
  readonly state?: StatePort
  /** How its parameters lie among those of the whole machine. */
  readonly free: FreeBanks
}

/** A frozen machine, as far as the type of the whole one tells what it offers. */
export type FrozenOf<D> = Frozen & (D extends Device<'state'> ? { readonly state: StatePort } : unknown)

/**
 * A machine of which the named banks are held as they are in `theta`: what remains is a machine of the other banks, so that any rule
 * trains those alone. A held bank is neither perturbed nor moved: a snapshot with other values of it is refused with `RECORD`, and the
 * machine put back where it was.
 *
 * `theta` has all parameters of the machine, which the new one owns. Throws `CONFIG` for a bank there is not, and where none is left.
 */
export function frozen<D extends CheckedDevice>(device: D, banks: readonly string[], theta: Float64Array): FrozenOf<D> {
  const whole = device.sheet
  const free = freeBanks(whole, banks, theta)
  const sheet = dataSheet({
    ...whole,
    banks: free.banks,
    settings: { ...whole.settings, frozen: banks },
  })
  const { taps, state } = device as Partial<Device<'taps' | 'state'>>
  const spread = ({ slots, drive, delta }: Block): Block => ({
    slots,
    drive,
    ...(delta && { delta: widened(delta, slots) }),
  })
  const widened = (delta: Delta, slots: number): Delta => {
    if (delta.kind === 'signs') return free.signs(delta, rowsFor(slots, delta.hold))
    const { data, hold } = expandDense(delta, slots, sheet)
    return { kind: 'track', data: free.rows(data, rowsFor(slots, hold)), hold }
  }
  const backend: Frozen = {
    sheet,
    free,
    async store(values: Float64Array, opts?: CallOptions) {
      await device.store(free.whole(values), opts)
    },
    measure: (block, into, opts) => device.measure(spread(block), into, opts),
    ...(taps && {
      taps: { layers: taps.layers, read: (block, into, inner, opts) => taps.read(spread(block), into, inner, opts) },
    }),
    ...(state && {
      state: {
        snapshot: (opts) => state.snapshot(opts),
        async restore(bytes, values, opts) {
          const all = theta.slice()
          // What a snapshot holds only the machine can read.
          const before = await state.snapshot(opts)
          await state.restore(bytes, all, opts)
          const bank = free.moved(all)
          if (bank !== undefined) {
            await state.restore(before, all)
            throw new InsituError(
              'RECORD',
              `frozen: the snapshot has other values of ${bank} than are held; the machine was put back`,
              {
                device: whole.machine,
                hint: 'restore what the machine gave with the same banks held at the same values',
              },
            )
          }
          values.set(free.part(all))
        },
      },
    }),
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
  return backend as FrozenOf<D>
}
