import type { Backend, CallOptions, Receipt } from '../contract/backend.ts'
import type { Block } from '../contract/block.ts'
import type { CheckedDevice, Device } from '../contract/device.ts'
import type { StatePort, TapPort } from '../contract/facets.ts'
import { paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { chainSheet, checkJoint } from './chain-sheet.ts'
import { chainState } from './chain-state.ts'
import { passage, type Stage, sharesOf } from './passage.ts'
import { Pause } from './pause.ts'
import { pipeline } from './pipeline.ts'

/** Two machines as one, which is read at the joint as well, and can be put back where both can. */
export interface Chain extends Backend {
  readonly taps: TapPort
  readonly state?: StatePort
}

/** A chain of these two, as far as their types tell what they offer. */
export type ChainOf<A, B> = [A, B] extends [Device<'state'>, Device<'state'>]
  ? Chain & { readonly state: StatePort }
  : Chain

export interface ChainOptions {
  /**
   * Slots of a piece: while `b` works on one, `a` works on the next. Readings are those of lock-step, bit for bit, where a machine does
   * not depend on how its blocks are cut. Without it a block goes through one machine and then through the other.
   */
  readonly piece?: number
  /** Pieces that may wait between the machines before `a` waits; default 2. */
  readonly depth?: number
}

/** Most slots of a pipelined chain: it cuts blocks itself, and each machine what it is given. */
const PIPELINED_SLOTS = 4096

/**
 * One machine made of two, each on its own wire or simulator: the readings of `a` drive `b`, and theta is that of `a` followed by that
 * of `b`.
 *
 * Banks keep their names behind "a." and "b.". Its taps are those of `a`, the readings of `a`, and those of `b`; the first and
 * the last only of a device that offers them. It makes no codes: one code over all of theta is none over a half, so each half is sent
 * its columns of the signs. The chain owns both devices; a slot takes the time of both, and its clock is the sum of theirs.
 *
 * Throws `UNITS` or `SHAPE` when what `a` gives is not what `b` takes. When a machine is lost, both are brought to their safe values,
 * the error names the one lost, and nothing is measured until parameters are stored again or a snapshot is restored. The same where only
 * one half of a snapshot could be restored.
 */
export function chain<A extends CheckedDevice, B extends CheckedDevice>(
  a: A,
  b: B,
  options: ChainOptions = {},
): ChainOf<A, B> {
  const { piece, depth = 2 } = options
  checkJoint(a.sheet, b.sheet)
  checkWhole('piece', piece ?? 1, 1)
  checkWhole('depth', depth, 0)
  const shortest = Math.min(a.sheet.maxSlots, b.sheet.maxSlots)
  const sheet = chainSheet(a.sheet, b.sheet, piece === undefined ? shortest : PIPELINED_SLOTS)
  const shares = sharesOf(sheet, a.sheet.banks.length)
  const split = paramCount(a.sheet)
  const pause = new Pause(a, b)
  const taps = { a: tapsOf(a), b: tapsOf(b) }

  async function pass(block: Block, into: Float64Array, tapped: boolean, opts: CallOptions = {}) {
    pause.check()
    const stages = {
      a: stage(a, tapped ? taps.a : undefined, block),
      b: stage(b, tapped ? taps.b : undefined, block, into),
    }
    const passing = passage(sheet, shares, block, piece ?? block.slots, stages)
    const failure = await pipeline(passing.pieces, depth, passing.work, opts.signal)
    if (failure !== undefined) return pause.fail(failure)
    return { receipt: passing.receipt(), stages }
  }

  const state = chainState(a, b, pause)
  const joined: Chain = {
    sheet,
    async store(theta: Float64Array, opts?: CallOptions) {
      const parts = { a: theta.subarray(0, split), b: theta.subarray(split) }
      const [first, second] = await Promise.allSettled([a.store(parts.a, opts), b.store(parts.b, opts)])
      for (const [end, result] of [['a', first] as const, ['b', second] as const]) {
        if (result.status === 'fulfilled') continue
        if (opts?.signal?.aborted) throw result.reason
        await pause.fail({ end, error: result.reason })
      }
      pause.end()
    },
    measure: async (block, into, opts) => (await pass(block, into, false, opts)).receipt,
    taps: {
      layers: [...(taps.a?.layers ?? []), a.sheet.sense, ...(taps.b?.layers ?? [])],
      async read(block, into, inner, opts): Promise<Receipt> {
        const { receipt, stages } = await pass(block, into, true, opts)
        interleave(block.slots, [stages.a.inner, stages.a.into, stages.b.inner], inner)
        return receipt
      },
    },
    ...(state && { state }),
    async [Symbol.asyncDispose]() {
      const results = await Promise.allSettled([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()])
      for (const result of results) if (result.status === 'rejected') throw result.reason
    },
  }
  return joined as ChainOf<A, B>
}

function tapsOf(device: CheckedDevice): TapPort | undefined {
  return (device as Partial<Device<'taps'>>).taps
}

/** A half with room for its readings, and for its taps where they are wanted. */
function stage(device: CheckedDevice, taps: TapPort | undefined, { slots }: Block, into?: Float64Array): Stage {
  const { width } = device.sheet.sense
  const innerWidth = taps?.layers.reduce((sum, layer) => sum + layer.width, 0) ?? 0
  return {
    read: (block, outputs, inner, opts) =>
      taps === undefined ? device.measure(block, outputs, opts) : taps.read(block, outputs, inner, opts),
    into: into ?? new Float64Array(slots * width),
    width,
    inner: new Float64Array(slots * innerWidth),
    innerWidth,
  }
}

/** Puts the rows of several arrays side by side, slot by slot. */
function interleave(slots: number, parts: readonly Float64Array[], into: Float64Array): void {
  let at = 0
  for (let t = 0; t < slots; t++) {
    for (const part of parts) {
      const width = part.length / slots
      into.set(part.subarray(t * width, (t + 1) * width), at)
      at += width
    }
  }
}

function checkWhole(name: string, value: number, from: number): void {
  if (Number.isSafeInteger(value) && value >= from) return
  throw new InsituError('CONFIG', `chain: ${name} must be a whole number from ${from}, got ${value}`)
}
