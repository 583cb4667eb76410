import { describe, expect, it } from 'vitest'
import { firmwareTwin, mgdChip } from '../../sim/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import { attach } from '../../src/contract/device.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import { parity } from '../../src/data/parity.ts'
import { adam } from '../../src/optim/adam.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { shuffledLessons } from '../../src/rules/lessons.ts'
import { type MgdOptions, mgd } from '../../src/rules/mgd.ts'
import { train } from '../../src/rules/train.ts'
import { type WiredOptions, wired } from '../drivers/bench.ts'

type Machine = Backend & Partial<Facets>

const STEPS = 40

/** Every parameter and every cost on the way, step by step. */
async function trajectory(backend: Machine, options: Partial<MgdOptions>): Promise<Float64Array> {
  const device = attach(backend)
  const theta = fillUniform(draws(4, STREAM.initialValues), -0.5, 0.5, new Float64Array(paramCount(device.sheet)))
  const rule = mgd({ seed: 11, amplitudes: 0.0625, tauX: 2, tauTheta: 8, ...options })
  const lessons = shuffledLessons(parity(2), { seed: 5 })
  const trace: number[] = []
  for await (const report of train(rule, device, theta, lessons, { optimizer: adam(0.05), steps: STEPS })) {
    trace.push(report.cost, report.slots, ...theta)
  }
  await device[Symbol.asyncDispose]()
  return Float64Array.from(trace)
}

async function behind(machine: Machine, options: WiredOptions = {}): Promise<Machine> {
  return (await wired(machine, options)).wire
}

/** A backend without the facets, so that codes are written out by the host. */
function facetless({ sheet, ...backend }: Machine): Backend {
  return {
    sheet,
    store: (theta, opts) => backend.store(theta, opts),
    measure: (block, into, opts) => backend.measure(block, into, opts),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

/** Mismatch, drift, seeded noise and converters: everything that could come out differently. */
const chip = () => mgdChip({ layers: [2, 2, 1], preset: 'bench', seed: 3, slotSeconds: 1e-5 })

const RULES: readonly Partial<MgdOptions>[] = [
  { family: 'random' },
  { family: 'walsh', difference: 'opposite' },
  { family: 'sequential', tauP: 2 },
  { family: 'sinusoid', costNoise: 1e-3 },
]

describe.each(RULES)('a run of MGD with %o', (options) => {
  it('is the same bit for bit in the process and behind the wire', async () => {
    const here = await trajectory(chip(), options)
    expect(here.every(Number.isFinite)).toBe(true)
    expect(await trajectory(chip(), options), 'from run to run').toEqual(here)
    expect(await trajectory(await behind(chip()), options), 'behind the wire').toEqual(here)
    const small = await behind(chip(), { server: { maxFrame: 160 } })
    expect(await trajectory(small, options), 'in small frames').toEqual(here)
  })

  it('is the same when the host writes the codes out', async () => {
    const here = await trajectory(chip(), options)
    expect(await trajectory(facetless(chip()), options)).toEqual(here)
  })
})

describe('a run of MGD', () => {
  it('is the same over a line that loses, flips and doubles bytes', async () => {
    const here = await trajectory(chip(), {})
    const faults = { seed: 2, rates: { drop: 2e-4, flip: 2e-4, duplicate: 2e-4 } }
    const { wire, line } = await wired(chip(), { faults })
    expect(await trajectory(wire, {})).toEqual(here)
    expect(line.faults).toBeGreaterThan(5)
  })

  it('is the same on the firmware twin behind the wire', async () => {
    const twin = () => firmwareTwin({ layers: [2, 2, 1] })
    const here = await trajectory(twin(), {})
    expect(await trajectory(await behind(twin()), {})).toEqual(here)
  })

  it('depends on the seed of the chip', async () => {
    const other = mgdChip({ layers: [2, 2, 1], preset: 'bench', seed: 4, slotSeconds: 1e-5 })
    expect(await trajectory(other, {})).not.toEqual(await trajectory(chip(), {}))
  })
})
