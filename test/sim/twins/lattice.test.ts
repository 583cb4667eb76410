import { describe, expect, it } from 'vitest'
import { type LatticeSpec, PAPER_STIFFNESS, paperSpec, parseDof, triangularLattice } from '../../../devices/index.ts'
import { latticeSimulator } from '../../../sim/index.ts'
import { latticeTwin } from '../../../sim/twins/lattice.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { expected, slopes } from '../../../src/twins/ask.ts'
import { requireSlopes } from '../../../src/twins/differences.ts'
import { startParameters, type Twin, type TwinPoint } from '../../../src/twins/twin.ts'

const PAPER = paperSpec({ inputs: ['14.y', '12.y', '13.y', '10.y'], outputs: ['8.x', '2.x', '3.x'] })
const names = triangularLattice(4, 5).nodes.map(({ name }) => name)
const WIDE: LatticeSpec = {
  geometry: triangularLattice(4, 5),
  inputs: [names[7], names[12]].map((name) => parseDof(`${name}.x`)),
  outputs: [names[8], names[11], names[13]].map((name) => parseDof(`${name}.y`)),
  stiffness: PAPER_STIFFNESS,
}
const ROWS = 3

/** Stiffness within the paper's bounds, forces of up to 50 mN, bonds 10 % off and loads 0.05 rad. */
function somewhere(twin: Twin, seed: number): TwinPoint {
  const random = draws(seed, STREAM.testInputs)
  let n = 0
  return {
    theta: Float64Array.from({ length: twin.width.theta }, () => 103.2 + 68.6 * random.uniform(n++)),
    drive: Float64Array.from({ length: ROWS * twin.width.drive }, () => 0.1 * random.uniform(n++) - 0.05),
    rows: ROWS,
    parameters: startParameters(twin).map((start) => start + (start === 1 ? 0.1 : 0.05) * random.normal(n++)),
  }
}

async function byTheta(twin: Twin, point: TwinPoint, state?: Float64Array): Promise<Float64Array> {
  const cotangent = Float64Array.from({ length: ROWS * twin.width.sense }, (_, i) => Math.cos(1 + i))
  const theta = new Float64Array(twin.width.theta)
  const sense = await expected(twin, point)
  await slopes(twin, point, { sense, ...(state !== undefined && { state }) }, cotangent, { theta })
  return theta
}

describe('the twin of a lattice', () => {
  it.each(['linear', 'finite'] as const)('reads as the simulated lattice, %s strain', async (kind) => {
    const [scatter, misalignment, seed] = [0.1, 0.05, 3]
    const twin = latticeTwin(PAPER, { strain: kind, scatter, misalignment })
    const { theta, drive } = somewhere(twin, 1)
    await using lattice = latticeSimulator({
      ...PAPER,
      seed,
      imperfections: { height: { kind }, scatter, misalignment },
    })
    const [bonds, angles] = [draws(seed, STREAM.bondScatter), draws(seed, STREAM.loadAngle)]
    const parameters = Float64Array.from([
      ...Array.from({ length: 28 }, (_, b) => 1 + scatter * bonds.normal(b)),
      ...Array.from({ length: 4 }, (_, n) => misalignment * angles.normal(n)),
    ])
    await lattice.store(theta)
    const [sense, local] = [new Float64Array(ROWS * 3), new Float64Array(ROWS * 28)]
    await lattice.local.read({ slots: ROWS, drive: { kind: 'track', data: drive, hold: 1 } }, sense, local)
    const point = { theta, drive, rows: ROWS, parameters }
    const believed = await expected(twin, point)
    // Displacements of a millimetre; a solve of condition 1e3 in 64 bits.
    for (let i = 0; i < sense.length; i++) expect(believed[i]).toBeCloseTo(sense[i], 13)
    const [own, read] = [await byTheta(twin, point), await byTheta(twin, point, local)]
    // Slopes of 1e-5 m per N/m.
    for (let b = 0; b < 28; b++) expect(read[b]).toBeCloseTo(own[b], 15)
  })

  it.each([
    ['linear', PAPER],
    ['linear', WIDE],
    ['finite', PAPER],
  ] as const)('has slopes as differences have them: %s strain, %#', async (strain, spec) => {
    const twin = latticeTwin(spec, { strain, misalignment: 0.05 })
    // The tolerance of requireSlopes, 1e-6 of the largest slope.
    for (const seed of [1, 2])
      await requireSlopes(twin, somewhere(twin, seed), { seed, most: strain === 'finite' ? 5 : 12 })
  })

  it('is linear in the elongations that were measured, and works out those that were not', async () => {
    const twin = latticeTwin(PAPER)
    const point = somewhere(twin, 2)
    const read = Float64Array.from({ length: ROWS * 28 }, (_, i) => 1e-4 * Math.sin(i))
    const once = await byTheta(twin, point, read)
    const twice = await byTheta(
      twin,
      point,
      read.map((e) => 2 * e),
    )
    for (let b = 0; b < 28; b++) expect(twice[b]).toBeCloseTo(2 * once[b], 18)
    expect(once).not.toEqual(await byTheta(twin, point))
    expect(await byTheta(twin, point, read.fill(Number.NaN))).toEqual(await byTheta(twin, point))
  })

  it('has no parameters where nothing is unknown', async () => {
    const twin = latticeTwin(PAPER, { scatter: 0 })
    expect(twin.banks).toEqual([])
    await requireSlopes(twin, somewhere(twin, 1), { most: 8 })
  })

  it('refuses a lattice that is not rigid', async () => {
    const twin = latticeTwin(PAPER)
    await expect(expected(twin, { ...somewhere(twin, 1), theta: new Float64Array(28) })).rejects.toMatchObject({
      code: 'MECHANISM',
    })
  })

  it('is caught with a flipped sign', async () => {
    const twin = latticeTwin(PAPER)
    const flipped: Twin = {
      ...twin,
      vjp(point, measured, cotangent, into) {
        twin.vjp(point, measured, cotangent, into)
        into.theta?.forEach((slope, i, all) => {
          all[i] = -slope
        })
      },
    }
    await expect(requireSlopes(flipped, somewhere(twin, 1), { most: 8 })).rejects.toMatchObject({
      code: 'TWIN',
      hint: 'its sign is flipped',
    })
  })
})
