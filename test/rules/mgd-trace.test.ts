import { describe, expect, test } from 'vitest'
import { amplitudeFor, createCode } from '../../src/codes/code.ts'
import { expandDense } from '../../src/codes/expand.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { Family } from '../../src/contract/block.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { type MgdOptions, mgd } from '../../src/rules/mgd.ts'
import type { Lesson } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'
import { chip, cycle, distance, START, XOR } from './tools.ts'

/** Mean squared error of one sample, read slot by slot with a dense perturbation. */
async function costOf(device: Device, lesson: Lesson, delta: Float64Array | undefined): Promise<number> {
  const into = new Float64Array(device.sheet.sense.width)
  const drive = { kind: 'track', data: lesson.drive, hold: 1 } as const
  await device.measure(
    delta ? { slots: 1, drive, delta: { kind: 'track', data: delta, hold: 1 } } : { slots: 1, drive },
    into,
  )
  return into.reduce((sum, y, o) => sum + (y - lesson.target[o]) ** 2, 0) / into.length
}

/** The authors' loop, line by line as the method sheet lists it. */
async function plainLoop(device: Device, start: Float64Array, options: MgdOptions & { eta: number }, steps: number) {
  const { family = 'random', seed, norm = 0, tauP = 1, tauX = 1, tauTheta = 1, eta } = options
  const theta = start.slice()
  const code = createCode(family, seed, theta.length)
  const amplitude = amplitudeFor(family, norm, theta.length)
  const [perturbation, sum] = [new Float64Array(theta.length), new Float64Array(theta.length)]
  let sample = -1
  let baseline = 0
  await device.store(theta)
  for (let t = 0; t <= steps; t++) {
    let changed = t === 0
    if (t % tauX === 0) {
      sample = (sample + 1) % XOR.length
      changed = true
    }
    if (t > 0 && t % tauTheta === 0) {
      for (let i = 0; i < theta.length; i++) theta[i] -= eta * sum[i]
      sum.fill(0)
      await device.store(theta)
      changed = true
    }
    if (t === steps) break
    code.fill(Math.floor(t / tauP), perturbation)
    for (let i = 0; i < theta.length; i++) perturbation[i] *= amplitude
    const cost = await costOf(device, XOR[sample], perturbation)
    if (changed) baseline = await costOf(device, XOR[sample], undefined)
    for (let i = 0; i < theta.length; i++) sum[i] += ((cost - baseline) * perturbation[i]) / norm ** 2
  }
  return theta
}

describe('the discrete loop, step by step', () => {
  const periods = [
    [1, 1, 1],
    [1, 1, 7],
    [1, 4, 16],
    [1, 16, 4],
    [3, 1, 1],
    [2, 3, 5],
    [5, 2, 3],
    [4, 7, 6],
    [3, 250, 10],
  ]
  const families: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']
  test.each(periods.flatMap(([p, x, theta]) => families.map((family) => [family, p, x, theta] as const)))(
    '%s, tau_p %i, tau_x %i, tau_theta %i',
    async (family, tauP, tauX, tauTheta) => {
      const options = { family, seed: 5, norm: 0.05, tauP, tauX, tauTheta }
      const windows = Math.ceil(60 / tauTheta)
      const wanted = await plainLoop(chip(), START, { ...options, eta: 2 }, windows * tauTheta)
      // Short exchanges too: a window in several bursts is the same window.
      for (const burst of [4096, 3]) {
        const theta = START.slice()
        for await (const _ of train(mgd({ ...options, burst }), chip(), theta, cycle(XOR), {
          optimizer: sgd(2),
          steps: windows,
        }));
        // Only the order of sums differs: some 100 additions of 1e-16 relative.
        expect(distance(theta, wanted)).toBeLessThan(1e-12)
      }
      expect(distance(wanted, START)).toBeGreaterThan(1e-3)
    },
  )
})

/** y = theta . x with theta = (1, 2): small enough to do by hand. */
function linear(): Backend {
  const port = { width: 2, unit: 'V', min: -10, max: 10, step: 0 }
  const theta = new Float64Array(2)
  const sheet = dataSheet({
    machine: 'linear',
    kind: 'simulator',
    identity: 'two weights',
    banks: [{ name: 'w', ...port, safe: 0, slew: Number.POSITIVE_INFINITY }],
    drive: port,
    sense: { ...port, width: 1, noise: 0 },
    maxSlots: 64,
    slotSeconds: 1e-6,
    repeatable: true,
    settings: {},
  })
  return {
    sheet,
    async store(given) {
      theta.set(given)
    },
    async measure(block, into) {
      const rows = block.delta === undefined ? undefined : expandDense(block.delta, block.slots, sheet)
      for (let t = 0; t < block.slots; t++) {
        const x = Math.floor(t / block.drive.hold) * 2
        const d = rows === undefined ? undefined : Math.floor(t / rows.hold) * 2
        into[t] = 0
        for (let i = 0; i < 2; i++)
          into[t] +=
            (theta[i] + (rows === undefined || d === undefined ? 0 : rows.data[d + i])) * block.drive.data[x + i]
      }
      return { slots: block.slots, clipped: 0, retries: 0, saturated: 0, startedAt: 0, endedAt: 0 }
    },
    async [Symbol.asyncDispose]() {},
  }
}

test('two steps of a linear machine by hand', async () => {
  // x = (1, 2), target 3: y = 5, C0 = 4. Sequential, norm 0.5: perturbing w_0 gives y = 5.5, C = 6.25, C~ = 2.25,
  // perturbing w_1 gives y = 6, C = 9, C~ = 5. G = C~ a / a^2 = (4.5, 10); eta 0.1: theta = (0.55, 1).
  const lesson = { rows: 1, drive: Float64Array.of(1, 2), target: Float64Array.of(3) }
  const theta = Float64Array.of(1, 2)
  const rule = mgd({ family: 'sequential', seed: 1, norm: 0.5, tauX: 2, tauTheta: 2 })
  for await (const report of train(rule, attach(linear()), theta, cycle([lesson]), { optimizer: sgd(0.1), steps: 1 })) {
    expect([...(report.gradient as Float64Array)]).toEqual([4.5, 10])
    expect(report.cost).toBe(4)
    expect(report.slots).toBe(3)
  }
  expect(distance(theta, Float64Array.of(0.55, 1))).toBeLessThan(1e-15)
})

test('opposite pairs measure the slope of a parabola without its curvature', async () => {
  // dC/dw = 2 (y - 3) x = (4, 8); the same perturbations with both signs.
  const lesson = { rows: 1, drive: Float64Array.of(1, 2), target: Float64Array.of(3) }
  const rule = mgd({ family: 'sequential', seed: 1, norm: 0.5, tauX: 2, tauTheta: 2, difference: 'opposite' })
  for await (const report of train(rule, attach(linear()), Float64Array.of(1, 2), cycle([lesson]), {
    optimizer: sgd(0.1),
    steps: 1,
  })) {
    expect([...(report.gradient as Float64Array)]).toEqual([4, 8])
    expect(report.slots).toBe(4)
  }
})
