import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CoreNetwork, probabilisticNet, stackLayout, uniformCrossings } from '../../devices/index.ts'
import { neuromorphicCore } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { probabilisticSimd } from '../../src/kernels/probabilistic/simd.ts'
import { adam } from '../../src/optim/adam.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { probabilisticSynapses } from '../../src/rules/probabilistic-synapses.ts'
import type { Lesson } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'
import { median, race } from './measure.ts'
import type { Part } from './part.ts'
import { type PeerRate, ratesOf, source } from './peers.ts'

const RATE = 0.02
/** Steps between two stores: the machine sees every epoch of 1400 images. */
const EPOCH = 28
/** Steps from the start after which the answers are compared. */
const STEPS = 3

/** The network of the digits, one lesson of 50 rows, and steps of its training: rule, Adam, limits, simulated machine. */
export function trainingCase() {
  const network = stackLayout()
  const net = probabilisticNet(network)
  const random = draws(1, STREAM.testInputs)
  const rows = 50
  const lesson: Lesson = {
    rows,
    drive: Float64Array.from({ length: rows * net.inputs }, (_, n) => Math.floor(17 * random.uniform(n)) / 16),
    target: Float64Array.from({ length: rows * net.groups }, (_, n) => Number(n % 11 === 0)),
  }
  const loop = (theta: Float64Array, steps: number) =>
    train(
      probabilisticSynapses({ net }),
      attach(neuromorphicCore({ network, synapses: 'held' })),
      theta,
      { next: () => lesson },
      { optimizer: adam(RATE), steps, storeEvery: EPOCH },
    )
  return {
    network,
    lesson,
    loop,
    /** Group means after some steps. */
    async answer(): Promise<Float64Array> {
      const theta = uniformCrossings(network, 1)
      for await (const _ of loop(theta, STEPS));
      return probabilisticSimd(net).forward(theta, lesson.drive, rows).slice()
    },
  }
}

/** The same training in PyTorch; or the reason why there is none. */
export function torchPeer(network: CoreNetwork, lesson: Lesson, folder: string) {
  const problem = join(folder, 'problem')
  writeFileSync(problem, problemNumbers(network, lesson))
  return (seconds: number): readonly PeerRate[] | string => {
    const answer = join(folder, 'answer')
    return ratesOf('python3', [source('digits.py'), problem, answer, String(seconds)], answer, 'no PyTorch here')
  }
}

function problemNumbers(network: CoreNetwork, { rows, drive, target }: Lesson): Float64Array {
  const net = probabilisticNet(network)
  const theta = uniformCrossings(network, 1)
  const parts: (ArrayLike<number> & Iterable<number>)[] = [[rows, net.inputs, net.groups, RATE, STEPS], drive, target]
  for (const { axons, neurons, sources, types, weights, crossings, leaks } of net.cores) {
    const signs = Float64Array.from({ length: axons * neurons }, (_, n) => {
      return weights[(n % neurons) * 4 + types[Math.floor(n / neurons)]]
    })
    const synapses = theta.subarray(crossings, crossings + axons * neurons)
    parts.push([axons, neurons], sources, signs, synapses, theta.subarray(leaks, leaks + neurons))
  }
  return Float64Array.from(parts.flatMap((part) => [...part]))
}

export const coreTraining: Part = {
  name: 'core-training',
  about: 'training of the digits on two cores: steps per second, against PyTorch where python3 has it',
  async run({ short }) {
    const [rounds, seconds] = short ? [1, 0.3] : [7, 1]
    const { network, lesson, loop } = trainingCase()
    const steps = loop(uniformCrossings(network, 1), Number.POSITIVE_INFINITY)
    const ours = {
      name: 'insitu',
      async work() {
        await steps.next()
        return 1
      },
    }
    const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
    try {
      const torch = torchPeer(network, lesson, folder)
      const found: { ours: number; torch: number }[] = []
      let skipped: string | undefined
      for (let round = 0; round < rounds; round++) {
        const rate = (await race([ours], 1, seconds)).get('insitu') as number
        const peer = skipped === undefined ? torch(seconds) : skipped
        if (typeof peer === 'string') skipped = peer
        found.push({ ours: rate, torch: typeof peer === 'string' ? Number.NaN : peer[0].rate })
      }
      const rate = median(found.map((one) => one.ours))
      const rows = [{ name: 'insitu', rate, unit: 'steps/s' }]
      if (skipped !== undefined) return [{ part: PART, rows, ratios: [], skipped: [skipped] }]
      const value = median(found.map((one) => one.torch / one.ours))
      return [
        {
          part: PART,
          rows: [...rows, { name: 'PyTorch', rate: median(found.map((one) => one.torch)), unit: 'steps/s' }],
          ratios: [{ name: 'time over that of PyTorch on one thread', value, most: 1.5 }],
          skipped: [],
        },
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const PART = 'core-training: 50 images on two cores, 131,000 parameters'
