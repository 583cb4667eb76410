import { describe, expect, it } from 'vitest'
import { coreLayout, uniformCrossings } from '../../devices/index.ts'
import { neuromorphicCore, thzEncoder } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { chain } from '../../src/streams/chain.ts'
import { converted } from '../../src/streams/converted.ts'
import { readings } from '../../src/testing/bench.ts'
import { coresForLaws } from '../contract/cores.ts'

const NETWORK = coresForLaws()
const PIXELS = 4
const SLOTS = 12

const encoder = () => attach(thzEncoder({ pixels: PIXELS, patterns: 3, detector: { noise: 0.01 } }))
const core = () => attach(neuromorphicCore({ network: NETWORK, ticks: 8 }))

/** Volts as rates of spikes: half a rate at 0 V, none at -1 V. */
const RATES = { unit: '1', gain: 0.5, offset: 0.5, min: 0, max: 1 } as const

describe('an imager that drives a spiking core', () => {
  const random = draws(3, STREAM.testInputs)
  const patterns = Float64Array.from({ length: 3 * PIXELS ** 2 }, (_, i) => 2 * random.uniform(i) - 1)
  // Synapses of one bit.
  const crossings = uniformCrossings(NETWORK, 2).map(Math.round)
  const data = Float64Array.from({ length: SLOTS * PIXELS ** 2 }, (_, i) => random.uniform(1000 + i))
  const block = { slots: SLOTS, drive: { kind: 'track', data, hold: 1 } } as const

  it('is refused as it is: volts are no rates', () => {
    expect(() => chain(encoder(), core())).toThrow(
      expect.objectContaining({ code: 'UNITS', hint: expect.stringContaining('converted()') }),
    )
  })

  it('is one machine behind a conversion, piece by piece as by hand', async () => {
    const both = attach(chain(attach(converted(encoder(), RATES)), core(), { piece: 5 }))
    expect(both.sheet).toMatchObject({
      machine: 'thz-encoder>neuromorphic-core',
      drive: { width: 16 },
      sense: { width: 4 },
    })
    expect(crossings).toHaveLength(coreLayout(NETWORK).paramCount)
    await both.store(Float64Array.of(...patterns, ...crossings))
    const [counts, rates] = [new Float64Array(SLOTS * 4), new Float64Array(SLOTS * 3)]
    await both.taps.read(block, counts, rates)
    const [first, second] = [encoder(), core()]
    await first.store(patterns)
    await second.store(crossings)
    const wanted = (await readings(first, block)).map((volts) => Math.min(1, Math.max(0, 0.5 * volts + 0.5)))
    expect(rates).toEqual(wanted)
    const drive = { kind: 'track', data: wanted, hold: 1 } as const
    expect(counts).toEqual(await readings(second, { slots: SLOTS, drive }))
    expect(counts.some((count) => count > 0)).toBe(true)
  })

  it('is put back where it was: noise of the detector and spikes of the core come again', async () => {
    const both = attach(chain(attach(converted(encoder(), RATES)), core()))
    await both.store(Float64Array.of(...patterns, ...crossings))
    const snapshot = await both.state.snapshot()
    const before = await readings(both, block)
    const theta = new Float64Array(patterns.length + crossings.length)
    await both.state.restore(snapshot, theta)
    expect(theta).toEqual(Float64Array.of(...patterns, ...crossings))
    expect(await readings(both, block)).toEqual(before)
    await expect(both.state.restore(Uint8Array.of(9, 9), theta)).rejects.toMatchObject({ code: 'RECORD' })
  })
})
