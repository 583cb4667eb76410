import { describe, expect, expectTypeOf, test } from 'vitest'
import { chipLayout, uniformTheta } from '../../devices/index.ts'
import { FIRMWARE_CONVERTERS } from '../../devices/mgd-chip.ts'
import { type MgdChipOptions, mgdChip } from '../../sim/index.ts'
import type { Block, Delta } from '../../src/contract/block.ts'
import type { TapPort } from '../../src/contract/facets.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { Perceptron } from '../../src/reference/perceptron.ts'

const layers = [3, 5, 3, 2]
const HIDDEN = 8
const SLOTS = 12
const spec = { layers, activation: 'sigmoid' } as const
const count = chipLayout(spec).paramCount
const theta = uniformTheta(spec, -1, 1, 2)
const banks = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
const drive = {
  kind: 'track',
  data: fillUniform(draws(1, STREAM.testInputs), -1, 1, new Float64Array(3 * SLOTS)),
  hold: 1,
} as const
const signs = new Uint8Array(SLOTS * Math.ceil(count / 8)).map((_, n) => 37 * n)
const deltas: Readonly<Record<string, Delta | undefined>> = {
  none: undefined,
  rows: { kind: 'track', data: new Float64Array(4 * count).map((_, n) => Math.sin(n)), hold: 3 },
  signs: { kind: 'signs', bits: signs, amplitudes: banks, hold: 1 },
  code: { kind: 'code', family: 'random', seed: 3, first: 10, amplitudes: banks, hold: 2, pairing: 'opposite' },
}
const faults = { activation: 0.1, weightGain: 0.05, weightOffset: 0.05, dead: 0.05, readNoise: 1e-2, readDrift: 0.1 }
const leaking = { ...faults, leakSeconds: 0.5, converters: FIRMWARE_CONVERTERS }

type Engine = NonNullable<MgdChipOptions['engine']>

async function make(options: Partial<MgdChipOptions>, values = theta) {
  const chip = mgdChip({ layers, slotSeconds: 1e-3, seed: 5, ...options })
  await chip.store(values)
  const { taps } = chip
  if (taps === undefined) throw new Error('the chip has no taps')
  return {
    chip,
    async measure(block: Block) {
      const into = new Float64Array(block.slots * 2)
      await chip.measure(block, into)
      return into
    },
    async read(block: Block) {
      const [into, inner] = [new Float64Array(block.slots * 2), new Float64Array(block.slots * HIDDEN)]
      const receipt = await taps.read(block, into, inner)
      return { into, inner, receipt }
    },
  }
}

describe.each(['oracle', 'generated', 'simd'] as const)('%s engine', (engine) => {
  test.each(Object.keys(deltas))('outputs beside taps are those of measure, perturbed by %s', async (kind) => {
    const delta = deltas[kind]
    const block = { slots: SLOTS, drive, ...(delta && { delta }) }
    for (const imperfections of [{}, faults, leaking]) {
      const [one, other] = [await make({ engine, imperfections }), await make({ engine, imperfections })]
      for (let round = 0; round < 2; round++) {
        expect([...(await one.read(block)).into]).toEqual([...(await other.measure(block))])
        expect([...(await one.measure(block))]).toEqual([...(await other.measure(block))])
      }
    }
  })

  test('a snapshot brings back the noise and the drift of taps', async () => {
    const block = { slots: SLOTS, drive }
    const one = await make({ engine, imperfections: leaking })
    await one.read(block)
    await one.measure(block)
    const snapshot = await one.chip.state.snapshot()
    const wanted = await one.read(block)
    const other = await make({ engine, imperfections: leaking })
    await other.chip.state.restore(snapshot, new Float64Array(count))
    expect([...(await other.read(block)).inner]).toEqual([...wanted.inner])
  })
})

test.each(Object.keys(deltas))('all engines read the same between layers, perturbed by %s', async (kind) => {
  const delta = deltas[kind]
  const block = { slots: SLOTS, drive: { ...drive, hold: 2 }, ...(delta && { delta }) }
  for (const imperfections of [{}, faults, leaking]) {
    const found = await Promise.all(
      (['oracle', 'generated', 'simd'] as Engine[]).map(async (engine) => [
        ...(await (await make({ engine, imperfections })).read(block)).inner,
      ]),
    )
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
  }
})

test('a tap is the output of a layer in volts: a chip cut there gives the same', async () => {
  const whole = await make({})
  const { into, inner } = await whole.read({ slots: SLOTS, drive })
  const cut = (sizes: readonly number[]) => {
    const parts = chipLayout({ ...spec, layers: sizes }).layers.flatMap((_, l) => {
      const { w, inputs, outputs } = chipLayout(spec).layers[l]
      return [theta.subarray(w, w + inputs * outputs)]
    })
    const biases = chipLayout({ ...spec, layers: sizes }).layers.map((_, l) => {
      const { b, outputs } = chipLayout(spec).layers[l]
      return theta.subarray(b, b + outputs)
    })
    return Float64Array.from([...parts, ...biases].flatMap((part) => [...part]))
  }
  for (const [depth, first, width] of [
    [2, 0, 5],
    [3, 5, 3],
  ]) {
    const sizes = layers.slice(0, depth)
    const sense = new Float64Array(SLOTS * width)
    new Perceptron(sizes, 'sigmoid').forward(cut(sizes), drive.data, SLOTS, sense)
    // The chip's e^x is good to 2e-16 relative, and the sums have another order of few terms.
    for (let t = 0; t < SLOTS; t++)
      for (let o = 0; o < width; o++)
        expect(Math.abs(inner[t * HIDDEN + first + o] - sense[t * width + o])).toBeLessThan(1e-14)
  }
  expect(into).toHaveLength(SLOTS * 2)
})

test('taps have the converter and the noise of the outputs, and saturate in the count', async () => {
  const { chip, read } = await make({ activation: 'relu', preset: 'bench' })
  expect(chip.taps?.layers).toEqual([
    { ...chip.sheet.sense, width: 5 },
    { ...chip.sheet.sense, width: 3 },
  ])
  await chip.store(theta.map((v) => 8 * v))
  const { inner, into, receipt } = await read({ slots: SLOTS, drive })
  const { min, max, step } = chip.sheet.sense
  const ends = (values: Float64Array) => values.filter((v) => v === max || v === min).length
  expect(ends(inner)).toBeGreaterThan(0)
  expect(receipt.saturated).toBe(ends(inner) + ends(into))
  for (const value of inner) expect(value / step).toBe(Math.round(value / step))
})

test('noise between layers is its own, of the stated size, and goes by the slot', async () => {
  const noise = 1e-3
  const imperfections = { readNoise: noise }
  const slots = 4000
  const still: Block = { slots, drive: { ...drive, data: drive.data.subarray(0, 3), hold: slots } }
  const { into, inner } = await (await make({ imperfections })).read(still)
  const quiet = await (await make({})).read({ ...still, slots: 1 })
  const deviations = inner.map((value, n) => (value - quiet.inner[n % HIDDEN]) / noise)
  const variance = deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length
  // 32 000 draws: the variance of a normal is known to sqrt(2 / 32000) = 0.008; five of these.
  expect(Math.abs(variance - 1)).toBeLessThan(0.04)
  const outputs = into.map((value, n) => (value - quiet.into[n % 2]) / noise)
  let product = 0
  for (let t = 0; t < slots; t++) product += outputs[2 * t] * deviations[HIDDEN * t]
  // Independent: sqrt(1 / 4000) = 0.016; five of these.
  expect(Math.abs(product / slots)).toBeLessThan(0.08)
  const late = await make({ imperfections })
  await late.measure({ ...still, slots: 100 })
  const rest = await late.read({ ...still, slots: 50 })
  expect([...rest.inner]).toEqual([...inner.subarray(100 * HIDDEN, 150 * HIDDEN)])
})

test('a zero walks on between layers while only outputs are read', async () => {
  const drift = { imperfections: { readDrift: 1 }, slotSeconds: 1e-6 }
  const still: Block = { slots: 1, drive: { ...drive, data: drive.data.subarray(0, 3) } }
  const quiet = await (await make({})).read(still)
  const walked = async (waited: number) => {
    let sum = 0
    for (let seed = 1; seed <= 40; seed++) {
      const chip = await make({ ...drift, seed })
      await chip.measure({ ...still, slots: waited, drive: { ...still.drive, hold: waited } })
      const { inner } = await chip.read(still)
      sum += inner.reduce((total, value, n) => total + (value - quiet.inner[n]) ** 2, 0) / HIDDEN
    }
    return sum / 40 / ((waited + 1) * 1e-6)
  }
  // Variance of 320 normals over what a walk of so many slots has: known to sqrt(2 / 320) = 0.08; four of these.
  for (const waited of [9, 899]) expect(Math.abs((await walked(waited)) - 1)).toBeLessThan(0.32)
})

test('a chip without hidden layers has none', () => {
  expect(mgdChip({ layers: [3, 2] }).taps).toBeUndefined()
  expect(mgdChip({ layers: [4, 5, 3] }).taps?.layers.map(({ width }) => width)).toEqual([5])
  expectTypeOf(mgdChip({ layers: [4, 5, 3] }).taps).toEqualTypeOf<TapPort | undefined>()
})
