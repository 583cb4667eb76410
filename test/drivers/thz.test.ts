import { afterAll, describe, expect, it } from 'vitest'
import { imagerTheta } from '../../devices/index.ts'
import { servedEncoder, servedImager, thzEncoderBoard, thzImagerBoard } from '../../sim/thz/board.ts'
import { thzImager } from '../../sim/thz/index.ts'
import { attach } from '../../src/contract/device.ts'
import { contract, type LawOptions } from '../../src/testing/index.ts'
import { wired } from './bench.ts'

const runner = { describe, it, afterAll }
const quiet: LawOptions & { readonly skipped: () => void } = { skipped: () => {} }

/** Options as they arrive in a board's process. */
const sent = <O>({ args = [] }: { readonly args?: readonly unknown[] }): O => JSON.parse(JSON.stringify(args[0]))
const object = Float64Array.from({ length: 64 }, (_, n) => 0.5 + 0.5 * Math.sin(n))

contract(
  'thz-encoder of counts behind the wire',
  async () => {
    const target = thzEncoderBoard({ pixels: 3, patterns: 2, preset: 'bench', maxSlots: 256, format: 'i16' })
    return (await wired(servedEncoder(sent(target)), { server: { format: 'i16' } })).wire
  },
  runner,
  quiet,
)

it('an imager reads behind the wire what it reads in this process, an even beam included', async () => {
  const options = { pixels: 4, object, preset: 'bench', beam: { wave: Number.POSITIVE_INFINITY } }
  const backend = servedImager(sent(thzImagerBoard(options)))
  await using far = attach((await wired(backend)).wire)
  await using near = attach(thzImager(options))
  const drive = { kind: 'track', data: object.subarray(0, 48), hold: 1 } as const
  const [seen, wanted] = [new Float64Array(3), new Float64Array(3)]
  for (const [machine, into] of [
    [far, seen],
    [near, wanted],
  ] as const) {
    await machine.store(imagerTheta(machine.sheet))
    await machine.measure({ slots: 3, drive }, into)
  }
  expect(seen).toEqual(wanted)
  expect(seen.every((volts) => volts > 0.01 && volts < 1)).toBe(true)
})
