import { describe, expect, it } from 'vitest'
import { chipLayers, uniformTheta } from '../../devices/index.ts'
import { mgdChip } from '../../sim/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import type { TapPort } from '../../src/contract/facets.ts'
import { crossEntropy } from '../../src/cost/cross-entropy.ts'
import { meanSquaredError } from '../../src/cost/mean-squared-error.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { Perceptron, type Squash } from '../../src/reference/perceptron.ts'
import { directFeedbackAlignment } from '../../src/rules/direct-feedback.ts'
import { downstream } from '../../src/rules/feedback/downstream.ts'
import { feedbackAlignment } from '../../src/rules/feedback-alignment.ts'
import { requireFit } from '../../src/rules/fit.ts'
import type { Lesson, Rule } from '../../src/rules/rule.ts'
import { signSymmetry } from '../../src/rules/sign-symmetry.ts'
import { always, estimated } from './local-tools.ts'
import { distance } from './tools.ts'

const SIZES = [3, 5, 4, 2]
const ROWS = 6
const numbers = (count: number, seed: number, low = -1) =>
  fillUniform(draws(seed, STREAM.testInputs), low, 1, new Float64Array(count))
const lesson: Lesson = { rows: ROWS, drive: numbers(3 * ROWS, 1), target: numbers(2 * ROWS, 2, 0) }

const needed = { name: 'test', needs: ['taps'] } as unknown as Rule<'taps', unknown>
const tapped = (backend: Backend): Device<'taps'> => requireFit(needed, attach(backend))

/** A chip with parameters, its layer map, and the weights behind its hidden layers. */
function net(activation: Squash = 'sigmoid', sizes: readonly number[] = SIZES) {
  const spec = { layers: sizes, activation }
  const layers = chipLayers(spec)
  // Small enough for outputs of relu to stay within the 2 V that can be read.
  const theta = uniformTheta(spec, -0.7, 0.7, 3)
  const weights = layers.slice(1).map(({ w, inputs, outputs }) => theta.slice(w, w + inputs * outputs))
  return { spec, layers, theta, weights, device: tapped(mgdChip(spec)) }
}

function exact(activation: Squash, theta: Float64Array, cost = meanSquaredError, sizes: readonly number[] = SIZES) {
  const perceptron = new Perceptron(sizes, activation)
  const gradient = new Float64Array(perceptron.paramCount)
  perceptron.gradient(theta, lesson.drive, lesson.target, cost, gradient)
  return gradient
}

describe('feedback alignment', () => {
  it.each(['sigmoid', 'tanh', 'relu'] as const)('with the weights themselves is backpropagation: %s', async (curve) => {
    const { layers, theta, weights, device } = net(curve)
    for (const cost of [meanSquaredError, crossEntropy()]) {
      const { gradient, slots, health } = await estimated(
        feedbackAlignment({ layers, cost, feedback: weights }),
        device,
        theta,
        lesson,
      )
      // Sums of at most 6 x 5 products of numbers around 1, in another order: some 1e-15.
      expect(distance(gradient, exact(curve, theta, cost))).toBeLessThan(1e-12)
      expect(slots).toBe(ROWS)
      expect(health?.alignment).toBeCloseTo(1, 12)
    }
  })

  it('is not, with a sign of the bias or a feedback that is wrong', async () => {
    const { layers, theta, weights, device } = net()
    const wanted = exact('sigmoid', theta)
    const plus = layers.map((layer) => ({ ...layer, bias: 1 as const }))
    const biased = await estimated(feedbackAlignment({ layers: plus, feedback: weights }), device, theta, lesson)
    expect(distance(biased.gradient, wanted)).toBeGreaterThan(1e-2)
    const against = weights.map((matrix, l) => matrix.map((value) => (l === 0 ? -value : value)))
    const turned = await estimated(feedbackAlignment({ layers, feedback: against }), device, theta, lesson)
    expect(distance(turned.gradient, wanted)).toBeGreaterThan(1e-3)
    expect(turned.health?.alignment).toBeCloseTo(-1, 12)
  })

  it('draws the feedback it is not given, from its seed and with its scale', async () => {
    const { layers, theta, device } = net()
    const seen = async (options: object) =>
      (await estimated(feedbackAlignment({ layers, ...options }), device, theta, lesson)).gradient
    const first = await seen({ seed: 4, scale: 1 })
    expect(await seen({ seed: 4, scale: 1 })).toEqual(first)
    expect(distance(await seen({ seed: 5, scale: 1 }), first)).toBeGreaterThan(1e-3)
    // The first hidden layer is two matrices away from the outputs: half of each is a quarter.
    const half = await seen({ seed: 4, scale: 0.5 })
    const { inputs, outputs } = layers[0]
    const own = (gradient: Float64Array) => gradient.slice(0, inputs * outputs)
    expect(
      distance(
        own(half),
        own(first).map((value) => value / 4),
      ),
    ).toBeLessThan(1e-15)
  })

  it('counts a fixed gain of the machine into the slopes', async () => {
    const { layers, theta, weights, device } = net()
    const doubled = layers.map((layer) => ({ ...layer, gain: 2 }))
    const { gradient } = await estimated(
      feedbackAlignment({ layers: doubled, feedback: weights }),
      device,
      theta,
      lesson,
    )
    const wanted = exact('sigmoid', theta)
    layers.forEach(({ w, inputs, outputs }, l) => {
      const own = (values: Float64Array) => values.slice(w, w + inputs * outputs)
      const scale = 2 ** (layers.length - l)
      expect(
        distance(
          own(gradient),
          own(wanted).map((value) => scale * value),
        ),
      ).toBeLessThan(1e-12)
    })
  })

  it('adds weight decay to one layer, as long as it lasts', async () => {
    const { layers, theta, weights, device } = net()
    const plain = exact('sigmoid', theta)
    const rule = feedbackAlignment({ layers, feedback: weights, ridge: { lambda: 0.3, steps: 1 } })
    await device.store(theta)
    const state = await rule.begin(device, theta)
    const { w, inputs, outputs } = layers[layers.length - 1]
    const decayed = plain.map((value, i) => (i >= w && i < w + inputs * outputs ? value + 0.3 * theta[i] : value))
    for (const wanted of [decayed, plain]) {
      const { gradient } = await rule.step(device, state, theta, always(lesson), {})
      expect(distance(gradient as Float64Array, wanted)).toBeLessThan(1e-12)
    }
  })
})

describe('sign symmetry', () => {
  it('sends errors back through the signs of the weights, all of one size or of fixed ones', async () => {
    const { layers, theta, weights, device } = net()
    const signs = weights.map((matrix) => matrix.map((value) => 0.4 * Math.sign(value)))
    const wanted = await estimated(feedbackAlignment({ layers, feedback: signs }), device, theta, lesson)
    const seen = await estimated(signSymmetry({ layers, scale: 0.4 }), device, theta, lesson)
    expect(seen.gradient).toEqual(wanted.gradient)
    expect(seen.health?.alignment).toBe(wanted.health?.alignment)
    // Uniform weights: mean |w| / rms w = sqrt(3) / 2 = 0.87, over as few as 8 weights.
    expect(seen.health?.alignment).toBeGreaterThan(0.75)
    const random = await estimated(signSymmetry({ layers, scale: 0.4, sizes: 'random' }), device, theta, lesson)
    expect(distance(random.gradient, seen.gradient)).toBeGreaterThan(1e-3)
    expect(random.health?.alignment).toBeGreaterThan(0)
  })

  it('follows the signs when weights change', async () => {
    const { layers, theta, device } = net()
    const turned = theta.map((value) => -value)
    const rule = signSymmetry({ layers })
    const state = await rule.begin(device, theta)
    for (const values of [theta, turned]) {
      await device.store(values)
      const { health } = await rule.step(device, state, values, always(lesson), {})
      expect(health?.alignment).toBeGreaterThan(0.75)
    }
  })
})

describe('direct feedback alignment', () => {
  it('with the weights of a net of two layers is backpropagation', async () => {
    const sizes = [3, 5, 2]
    const { layers, theta, weights, device } = net('tanh', sizes)
    const { gradient } = await estimated(directFeedbackAlignment({ layers, feedback: weights }), device, theta, lesson)
    expect(distance(gradient, exact('tanh', theta, meanSquaredError, sizes))).toBeLessThan(1e-12)
  })

  it('with the product of the weights behind each layer is linear backpropagation', async () => {
    const { layers, theta, weights, device } = net()
    const options = { layers, surrogate: 'linear' } as const
    const step = await estimated(feedbackAlignment({ ...options, feedback: weights }), device, theta, lesson)
    const feedback = downstream(layers, theta)
    const direct = await estimated(directFeedbackAlignment({ ...options, feedback }), device, theta, lesson)
    expect(distance(direct.gradient, step.gradient)).toBeLessThan(1e-12)
    expect(direct.health?.alignment).toBeCloseTo(1, 12)
    const nominal = await estimated(directFeedbackAlignment({ layers, feedback }), device, theta, lesson)
    expect(distance(nominal.gradient, step.gradient)).toBeGreaterThan(1e-2)
  })

  /** A chip of one layer whose neurons all rest at 1 V; and the matrices it realises where it is linear. */
  async function projecting(activation: Squash, offset: number) {
    const spec = { layers: [2, 9], activation }
    const theta = uniformTheta(spec, -0.5, 0.5, 8).map((value, i) => (i < 18 ? value : -offset))
    const device = attach(mgdChip(spec))
    await device.store(theta)
    const matrix = (first: number, width: number) =>
      new Float64Array(width * 2).map((_, i) => theta[(i % 2) * 9 + first + Math.floor(i / 2)])
    return { device, feedback: [matrix(0, 5), matrix(5, 4)] }
  }

  it('through a machine is that through the matrix which the machine realises', async () => {
    const { layers, theta, device } = net()
    const projector = await projecting('relu', 1)
    const wanted = await estimated(
      directFeedbackAlignment({ layers, feedback: projector.feedback }),
      device,
      theta,
      lesson,
    )
    const rule = directFeedbackAlignment({ layers, projection: { device: projector.device, share: 0.25 } })
    const state = await rule.begin(device, theta)
    // Its matrix is measured first: at rest and at each of two outputs. Then every step takes one slot a row and one at rest.
    for (const slots of [ROWS + (ROWS + 1) + 3, ROWS + (ROWS + 1)]) {
      const seen = await rule.step(device, state, theta, always(lesson), {})
      expect(distance(seen.gradient as Float64Array, wanted.gradient)).toBeLessThan(1e-12)
      expect(seen.health?.alignment).toBeCloseTo(wanted.health?.alignment as number, 12)
      expect(seen.slots).toBe(slots)
    }
    const curved = (await projecting('sigmoid', 1)).device
    const bent = await estimated(
      directFeedbackAlignment({ layers, projection: { device: curved } }),
      device,
      theta,
      lesson,
    )
    expect(distance(bent.gradient, wanted.gradient)).toBeGreaterThan(1e-3)
  })

  it('refuses a machine that does not fit', async () => {
    const { layers, theta, device } = net()
    const { device: nine } = await projecting('relu', 1)
    for (const [projection, code] of [
      [{ device: attach(mgdChip({ layers: [2, 8] })) }, 'SHAPE'],
      [{ device: nine, share: 2 }, 'CONFIG'],
    ] as const) {
      await expect(
        estimated(directFeedbackAlignment({ layers, projection }), device, theta, lesson),
      ).rejects.toMatchObject({ code })
    }
  })
})

describe('rules without a twin', () => {
  it('leave out rows whose taps could not be read', async () => {
    const { spec, layers, theta, weights } = net()
    const failing = (rows: (row: number) => boolean): Device<'taps'> => {
      const inner = mgdChip(spec)
      const taps = inner.taps as TapPort
      return tapped({
        ...inner,
        taps: {
          ...taps,
          async read(...[block, into, readings, opts]: Parameters<TapPort['read']>) {
            const receipt = await taps.read(block, into, readings, opts)
            for (let r = 0; r < block.slots; r++) if (rows(r)) readings[9 * r + 7] = Number.NaN
            return receipt
          },
        },
      } as Backend)
    }
    const rule = feedbackAlignment({ layers, feedback: weights })
    const seen = await estimated(
      rule,
      failing((row) => row > 3),
      theta,
      lesson,
    )
    const { device } = net()
    const four = { rows: 4, drive: lesson.drive.slice(0, 12), target: lesson.target.slice(0, 8) }
    const wanted = await estimated(rule, device, theta, four)
    expect(distance(seen.gradient, wanted.gradient)).toBeLessThan(1e-12)
    expect(seen.health?.discarded).toBe(2)
    await expect(
      estimated(
        rule,
        failing(() => true),
        theta,
        lesson,
      ),
    ).rejects.toMatchObject({ code: 'INVALID_READING' })
  })

  it('refuse what does not fit, by code', async () => {
    const { layers, theta, weights, device } = net()
    const one = chipLayers({ layers: [3, 2], activation: 'sigmoid' })
    const other = chipLayers({ layers: [3, 5, 5, 2], activation: 'sigmoid' })
    const shifted = layers.map((layer, l) => (l === 2 ? { ...layer, b: theta.length - 1 } : layer))
    for (const [make, code] of [
      [() => feedbackAlignment({ layers: one }), 'CONFIG'],
      [() => feedbackAlignment({ layers: other }), 'SHAPE'],
      [() => feedbackAlignment({ layers: shifted }), 'SHAPE'],
      [() => feedbackAlignment({ layers, feedback: weights.slice(1) }), 'SHAPE'],
      [() => feedbackAlignment({ layers, scale: 0 }), 'CONFIG'],
      [() => feedbackAlignment({ layers, surrogate: 'fitted' as never }), 'CONFIG'],
      [() => feedbackAlignment({ layers, ridge: { lambda: -1 } }), 'CONFIG'],
      [() => feedbackAlignment({ layers, ridge: { lambda: 1, layer: 3 } }), 'CONFIG'],
      [() => signSymmetry({ layers, sizes: 'none' as never }), 'CONFIG'],
    ] as const) {
      await expect((async () => estimated(make(), device, theta, lesson))()).rejects.toMatchObject({ code })
    }
    const short = { ...lesson, target: lesson.target.slice(1) }
    await expect(estimated(feedbackAlignment({ layers }), device, theta, short)).rejects.toMatchObject({
      code: 'SHAPE',
    })
  })
})
