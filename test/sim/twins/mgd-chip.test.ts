import { describe, expect, it } from 'vitest'
import { type Activation, type ChipSpec, chipLayout } from '../../../devices/index.ts'
import { drawMultipliers, drawNeurons } from '../../../sim/chip/mismatch.ts'
import { mgdChip } from '../../../sim/index.ts'
import { mgdChipTwin } from '../../../sim/twins/mgd-chip.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { expected, slopes } from '../../../src/twins/ask.ts'
import { requireSlopes } from '../../../src/twins/differences.ts'
import { startParameters, type Twin, type TwinPoint } from '../../../src/twins/twin.ts'

const CASES: readonly (readonly [ChipSpec['layers'], Activation])[] = [
  [[2, 2, 1], 'sigmoid'],
  [[4, 4, 3], 'sigmoid'],
  [[3, 5, 4, 2], 'tanh'],
  [[3, 4, 2], 'relu'],
  [[3, 2], 'tanh'],
]
const ROWS = 3

/** Weights of order one, and a chip 20 % off its design. */
function somewhere(twin: Twin, seed: number): TwinPoint {
  const random = draws(seed, STREAM.testInputs)
  let n = 0
  const normals = (length: number) => Float64Array.from({ length }, () => random.normal(n++))
  return {
    theta: normals(twin.width.theta),
    drive: normals(ROWS * twin.width.drive),
    rows: ROWS,
    parameters: startParameters(twin).map((value) => value + 0.2 * random.normal(n++)),
  }
}

async function slopesAt(twin: Twin, point: TwinPoint, state?: Float64Array) {
  const random = draws(99, STREAM.testInputs)
  const cotangent = Float64Array.from({ length: point.rows * twin.width.sense }, (_, i) => random.normal(i))
  const into = {
    theta: new Float64Array(point.theta.length),
    drive: new Float64Array(point.drive.length),
    parameters: new Float64Array(point.parameters.length),
  }
  const measured = { sense: await expected(twin, point), ...(state !== undefined && { state }) }
  await slopes(twin, point, measured, cotangent, into)
  return into
}

/** Outputs of hidden neurons, from a twin that ends behind each layer. */
async function hiddenOutputs({ layers, activation }: ChipSpec, point: TwinPoint): Promise<Float64Array> {
  const full = chipLayout({ layers, activation })
  const width = full.neurons - full.outputs
  const taps = new Float64Array(point.rows * width)
  const bankAt = (count: number, index: number) => 2 * full.paramCount + count * full.neurons + index
  for (let r = 0; r < point.rows; r++) {
    let signal = point.drive.subarray(r * full.inputs, (r + 1) * full.inputs)
    let n = 0
    for (const { inputs, outputs, w, b } of full.layers.slice(0, -1)) {
      const next = new Float64Array(outputs)
      for (let o = 0; o < outputs; o++, n++) {
        const weight = (i: number) => point.parameters[i] * point.theta[i] + point.parameters[full.paramCount + i]
        let z = -weight(b + o)
        for (let j = 0; j < inputs; j++) z += signal[j] * weight(w + j * outputs + o)
        const [scale, slope, shift, lift] = [0, 1, 2, 3].map((kind) => point.parameters[bankAt(kind, n)])
        const u = slope * (z - shift)
        const f = { sigmoid: 1 / (1 + Math.exp(-u)), tanh: Math.tanh(u), relu: Math.max(0, u) }[activation]
        next[o] = scale * f + lift
        taps[r * width + n] = next[o]
      }
      signal = next
    }
  }
  return taps
}

describe('the twin of the analog chip', () => {
  it.each(CASES)('reads as the simulated chip %s %s with that mismatch', async (layers, activation) => {
    const spec = { layers, activation }
    const off = { weightGain: 0.2, weightOffset: 0.05, activation: 0.2, dead: 0 }
    await using chip = mgdChip({ ...spec, seed: 5, imperfections: off })
    const twin = mgdChipTwin(spec)
    const { gain, offset } = drawMultipliers(spec, off, 5)
    const { scale, slope, shift, lift } = drawNeurons(spec, off.activation, 5)
    const parameters = Float64Array.from([...gain, ...offset, ...scale, ...slope, ...shift, ...lift])
    const { drive, theta: wide } = somewhere(twin, 1)
    // The chip's readings end at 2 V, which a rectified neuron may reach; the twin has no converters.
    const theta = wide.map((volts) => volts / 3)
    await chip.store(theta)
    const sense = new Float64Array(ROWS * twin.width.sense)
    await chip.measure({ slots: ROWS, drive: { kind: 'track', data: drive, hold: 1 } }, sense)
    const believed = await expected(twin, { theta, drive, rows: ROWS, parameters })
    // Readings of a few volts in 64 bits, sums of up to 5 terms in another order.
    for (let i = 0; i < sense.length; i++) expect(believed[i]).toBeCloseTo(sense[i], 13)
  })

  it.each(CASES)('has slopes as differences have them: %s %s', async (layers, activation) => {
    const twin = mgdChipTwin({ layers, activation })
    // The tolerance of requireSlopes, 1e-6 of the largest slope.
    for (const seed of [1, 2, 3]) await requireSlopes(twin, somewhere(twin, seed), { seed, most: 24 })
  })

  it.each([CASES[1], CASES[2]])('takes slopes at measured taps: %s %s', async (layers, activation) => {
    const spec = { layers, activation }
    const twin = mgdChipTwin(spec)
    const { neurons, outputs, paramCount } = chipLayout(spec)
    const hidden = neurons - outputs
    const first = somewhere(twin, 4)
    const point = { ...first, rows: 1, drive: first.drive.slice(0, twin.width.drive) }
    const random = draws(4, STREAM.twinProbes)
    const shifts = Float64Array.from({ length: hidden }, (_, n) => 0.1 * random.normal(n))
    // A chip whose hidden neurons put out as much more puts out these taps, and its slopes are known from its differences.
    const lifted = { ...point, parameters: point.parameters.slice() }
    for (let n = 0; n < hidden; n++) lifted.parameters[2 * paramCount + 3 * neurons + n] += shifts[n]
    await requireSlopes(twin, lifted, { most: 24 })
    const wanted = await slopesAt(twin, lifted)
    const seen = await slopesAt(twin, point, await hiddenOutputs(spec, lifted))
    // Slopes of order one, 64 bits.
    for (const kind of ['theta', 'drive', 'parameters'] as const)
      for (let i = 0; i < wanted[kind].length; i++) expect(seen[kind][i]).toBeCloseTo(wanted[kind][i], 12)
  })

  it('works out a tap that could not be taken', async () => {
    const twin = mgdChipTwin({ layers: [4, 4, 3], activation: 'sigmoid' })
    const point = somewhere(twin, 6)
    const unread = new Float64Array(ROWS * 4).fill(Number.NaN)
    expect(await slopesAt(twin, point, unread)).toEqual(await slopesAt(twin, point))
    unread[5] = 0.9
    expect(await slopesAt(twin, point, unread)).not.toEqual(await slopesAt(twin, point))
  })

  it('cannot tell apart what it says it cannot', async () => {
    const spec: ChipSpec = { layers: [3, 4, 2], activation: 'tanh' }
    const twin = mgdChipTwin(spec)
    const { neurons, paramCount: p, layers } = chipLayout(spec)
    const [, last] = layers
    const c = 1.3
    const neuron = 2
    const gauges: Readonly<Record<string, (own: Float64Array) => void>> = {
      'slope against what comes in': (own) => {
        const incoming = [...[0, 1, 2].map((j) => j * 4 + neuron), layers[0].b + neuron]
        for (const i of incoming) for (const at of [i, p + i]) own[at] *= c
        own[2 * p + neurons + neuron] /= c
        own[2 * p + 2 * neurons + neuron] *= c
      },
      'shift against the offset of the bias': (own) => {
        own[2 * p + 2 * neurons + neuron] += 0.1
        own[p + layers[0].b + neuron] -= 0.1
      },
      'scale and lift against what goes out': (own) => {
        for (const kind of [0, 3]) own[2 * p + kind * neurons + neuron] *= c
        for (const i of [0, 1].map((o) => last.w + neuron * 2 + o)) for (const at of [i, p + i]) own[at] /= c
      },
    }
    for (const seed of [1, 2]) {
      const point = somewhere(twin, seed)
      const plain = await expected(twin, point)
      for (const [name, change] of Object.entries(gauges)) {
        const parameters = point.parameters.slice()
        change(parameters)
        const same = await expected(twin, { ...point, parameters })
        for (let i = 0; i < plain.length; i++) expect(same[i], name).toBeCloseTo(plain[i], 12)
      }
    }
  })

  it('leaves out what is known exactly', async () => {
    const spec: ChipSpec = { layers: [2, 3, 1], activation: 'sigmoid' }
    const twin = mgdChipTwin(spec, { priors: { weightOffset: 0, activation: 0 } })
    expect(twin.banks.map(({ name, width, spread }) => [name, width, spread])).toEqual([['gain', 13, 0.2]])
    await requireSlopes(twin, somewhere(twin, 1))
  })

  it('is caught with a flipped sign', async () => {
    const twin = mgdChipTwin({ layers: [4, 4, 3], activation: 'sigmoid' })
    const flipped: Twin = {
      ...twin,
      vjp(point, measured, cotangent, into) {
        twin.vjp(point, measured, cotangent, into)
        // As if the bias were added.
        into.theta?.subarray(28).forEach((slope, i, biases) => {
          biases[i] = -slope
        })
      },
    }
    await expect(requireSlopes(flipped, somewhere(twin, 1))).rejects.toMatchObject({
      code: 'TWIN',
      message: expect.stringMatching(/by theta\[(2[89]|3[0-4])\]/),
      hint: 'its sign is flipped',
    })
  })

  it('has a slope of its own for every surrogate', async () => {
    const spec: ChipSpec = { layers: [1, 1], activation: 'sigmoid' }
    const point = { theta: Float64Array.of(1, 0), drive: Float64Array.of(2), rows: 1 }
    const byWeight = async (surrogate: 'nominal' | 'linear' | 'box') => {
      const twin = mgdChipTwin(spec, { surrogate })
      return (await slopesAt(twin, { ...point, parameters: startParameters(twin) })).theta[0]
    }
    const f = 1 / (1 + Math.exp(-2))
    const linear = await byWeight('linear')
    expect((await byWeight('nominal')) / linear).toBeCloseTo(f * (1 - f), 12)
    expect(await byWeight('box')).toBe(linear)
  })
})
