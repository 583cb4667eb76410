import { describe, expect, it } from 'vitest'
import { PAPER_STIFFNESS, paperSpec, uniformTheta } from '../../../devices/index.ts'
import { latticeSimulator, mgdChip } from '../../../sim/index.ts'
import { latticeTwin } from '../../../sim/twins/lattice.ts'
import { mgdChipTwin } from '../../../sim/twins/mgd-chip.ts'
import type { Backend } from '../../../src/contract/backend.ts'
import { attach, type CheckedDevice } from '../../../src/contract/device.ts'
import { safeTheta } from '../../../src/contract/sheet.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { chipInTheLoop } from '../../../src/rules/chip-in-the-loop.ts'
import type { Calibration, FittedTwin, TwinRecord } from '../../../src/twins/calibration.ts'
import { confront, requireTrust } from '../../../src/twins/confront.ts'
import { fitTwin } from '../../../src/twins/fit.ts'
import type { Twin } from '../../../src/twins/twin.ts'

/** A kind of machine: off its design, noisy, and with a twin. */
interface Kind {
  readonly name: string
  readonly twin: Twin
  /** One of them by number. */
  machine(seed: number): Backend
  /** Parameters within [-1, 1] of its working range. */
  theta(from: Float64Array): Float64Array
  /** Largest input to either side, and its middle. */
  readonly drive: readonly [middle: number, swing: number]
}

const LAYERS = { layers: [4, 4, 3], activation: 'sigmoid' } as const
const SPEC = paperSpec({ inputs: ['14.y', '12.y', '13.y', '10.y'], outputs: ['8.x', '2.x', '3.x'] })
const ROWS = 16

const CHIP: Kind = {
  name: 'the analog chip, 20 % mismatch and 10 mV of noise',
  twin: mgdChipTwin(LAYERS, { priors: { weightOffset: 0 } }),
  machine: (seed) => mgdChip({ ...LAYERS, seed, imperfections: { weightGain: 0.2, activation: 0.2, readNoise: 0.01 } }),
  theta: (from) => from.map((x) => 2 * x),
  drive: [0, 1],
}

const LATTICE: Kind = {
  name: 'the lattice, 10 % scatter and 10 um of noise',
  twin: latticeTwin(SPEC),
  machine: (seed) =>
    latticeSimulator({
      ...SPEC,
      seed,
      imperfections: { scatter: 0.1, camera: { noise: 10e-6, pixel: 0, dropout: 0 } },
    }),
  theta: (from) => {
    const { min, max } = PAPER_STIFFNESS
    return from.map((x) => (min + max) / 2 + 0.45 * x * (max - min))
  },
  drive: [-0.1, 0.1],
}

const uniform = (seed: number, length: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(length))

function inputs({ twin, drive: [middle, swing] }: Kind, seed: number): Float64Array {
  return uniform(seed, ROWS * twin.width.drive).map((x) => middle + swing * x)
}

/** Where training begins: small weights, middling bonds. */
function beginning({ twin }: Kind, device: CheckedDevice): Float64Array {
  return device.sheet.machine === 'mgd-chip' ? uniform(7, twin.width.theta).map((x) => x / 2) : safeTheta(device.sheet)
}

async function judge(kind: Kind, fitted: FittedTwin, backend: Backend) {
  await using device = attach(backend)
  const at = { theta: beginning(kind, device), drive: inputs(kind, 1), rows: ROWS }
  const verdict = await confront(fitted, device, at)
  requireTrust(fitted, device, verdict)
  return verdict
}

async function calibrated(kind: Kind, seed: number): Promise<Calibration> {
  await using device = attach(kind.machine(seed))
  const records: TwinRecord[] = []
  for (let k = 0; k < 16; k++) {
    const theta = kind.theta(uniform(100 + k, kind.twin.width.theta))
    const drive = inputs(kind, 200 + k)
    const sense = new Float64Array(ROWS * kind.twin.width.sense)
    await device.store(theta)
    await device.measure({ slots: ROWS, drive: { kind: 'track', data: drive, hold: 1 } }, sense)
    records.push({ theta, drive, rows: ROWS, sense })
  }
  return fitTwin(kind.twin, records, { device: device.name })
}

/** A machine whose every parameter acts 10 % (one standard deviation) otherwise than it used to. */
function changed(backend: Backend): Backend {
  const random = draws(77, STREAM.gainDrift)
  return {
    sheet: backend.sheet,
    store: (theta, opts) =>
      backend.store(
        theta.map((value, i) => value * (1 + 0.1 * random.normal(i))),
        opts,
      ),
    measure: (block, into, opts) => backend.measure(block, into, opts),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

/** The twin with readings the other way round. */
const upsideDown = (twin: Twin): Twin => ({
  ...twin,
  async forward(point, sense) {
    await twin.forward(point, sense)
    for (let i = 0; i < sense.length; i++) sense[i] = -sense[i]
  },
})

/** The twin with slopes the other way round, of parameters from `first` on. */
const backwards = (twin: Twin, first = 0): Twin => ({
  ...twin,
  async vjp(point, measured, cotangent, into) {
    await twin.vjp(point, measured, cotangent, into)
    const { theta } = into
    if (theta !== undefined) for (let i = first; i < theta.length; i++) theta[i] = -theta[i]
  },
})

describe.each([CHIP, LATTICE])('a twin of $name', (kind) => {
  it('passes as designed, whichever machine it is', async () => {
    // Each seed is another machine; see `Distance.allowed` for how rarely chance refuses one.
    for (const seed of [1, 2, 3, 4, 5]) await judge(kind, { twin: kind.twin }, kind.machine(seed))
  })

  it('is caught with a flipped sign, in its readings or in its slopes alone', async () => {
    await expect(judge(kind, { twin: upsideDown(kind.twin) }, kind.machine(1))).rejects.toMatchObject({
      code: 'TWIN',
      message: expect.stringMatching(/when bank (w1|k) moves, readings change with cosine -0\.\d+ to what it expects/),
      hint: expect.stringContaining('a sign of the twin is flipped'),
    })
    await expect(judge(kind, { twin: backwards(kind.twin) }, kind.machine(1))).rejects.toMatchObject({
      code: 'TWIN',
      message: expect.stringMatching(/its slopes by bank (w1|k) point against the measured changes/),
      hint: expect.stringContaining('vjp'),
    })
  })

  it('passes once calibrated, and is caught on another machine and on one that has changed', async () => {
    const calibration = await calibrated(kind, 3)
    const fitted = { twin: kind.twin, calibration }
    const own = await judge(kind, fitted, kind.machine(3))
    const plain = await judge(kind, { twin: kind.twin }, kind.machine(3))
    expect(own.residual).toBeLessThan(plain.residual)
    for (const wrong of [kind.machine(4), changed(kind.machine(3))])
      await expect(judge(kind, fitted, wrong)).rejects.toMatchObject({
        code: 'TWIN',
        message: expect.stringMatching(
          /readings lie [\d.]+ standard deviations from what it predicts with its error bars \(chance allows 1\.\d+\): reading \d is .* (V|m), expected/,
        ),
        hint: expect.stringContaining('calibrate again'),
      })
    // By its name the machine is told before anything is measured.
    await using another = attach(kind.machine(4))
    expect(() => chipInTheLoop(fitted).begin(another, beginning(kind, another))).toThrowError(
      expect.objectContaining({
        code: 'TWIN',
        message: expect.stringMatching(/was calibrated on .* (chip|lattice) 3\), the machine is .* (chip|lattice) 4\)/),
      }),
    )
  })
})

describe('a twin of the chip', () => {
  it('is caught with the sign of one bank flipped, by the name of the bank', async () => {
    // The last bank, b2, begins at 32.
    await expect(judge(CHIP, { twin: backwards(CHIP.twin, 32) }, CHIP.machine(2))).rejects.toMatchObject({
      code: 'TWIN',
      message: expect.stringContaining('its slopes by bank b2 point against the measured changes'),
    })
  })

  it('is caught by the rule before anything is learnt', async () => {
    await using device = attach(CHIP.machine(1))
    const rule = chipInTheLoop({ twin: upsideDown(CHIP.twin) })
    const theta = uniformTheta(LAYERS, -0.5, 0.5, 1)
    await device.store(theta)
    const lesson = { rows: ROWS, drive: inputs(CHIP, 1), target: new Float64Array(3 * ROWS) }
    const state = await rule.begin(device, theta)
    await expect(rule.step(device, state, theta, { next: () => lesson }, {})).rejects.toMatchObject({ code: 'TWIN' })
  })
})
