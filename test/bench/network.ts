import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LayerShape } from '../../src/kernels/network/layers.ts'
import { differs } from './lattice-case.ts'
import { median, race } from './measure.ts'
import { convolutionCase, operations, productAlone, uNetStep } from './network-case.ts'
import type { BenchOptions, Part, Result } from './part.ts'
import { compiledC, ratesOf } from './peers.ts'

/** Training steps of the untrained network of an imager, and their convolutions, against C and the plain loops. */
export const network: Part = {
  name: 'network',
  about: 'U-Net of the imager: training steps, convolutions and products, against C and the plain loops',
  run: async (options) => [await steps(options), await convolutions(options)],
}

async function steps({ short }: BenchOptions): Promise<Result> {
  const size = short ? 16 : 64
  const [rounds, seconds] = short ? [2, 0.1] : [5, 0.5]
  const rates = await race([uNetStep('WebAssembly', size), uNetStep('plain TypeScript', size)], rounds, seconds)
  const [fast, plain] = ['WebAssembly', 'plain TypeScript'].map((name) => rates.get(name) as number)
  return {
    part: `network: training steps of the U-Net, ${size} x ${size}`,
    rows: [...rates].map(([name, rate]) => ({ name, rate, unit: 'steps/s' })),
    ratios: [{ name: 'WebAssembly / plain TypeScript', value: fast / plain, least: 50 }],
    skipped: [],
  }
}

const SHAPE: LayerShape = { inputs: 32, outputs: 32, rows: 32, columns: 32 }
/** Share of the largest number by which float32 sums of some hundred products may differ. */
const TOLERANCE = 2e-5

async function convolutions({ short }: BenchOptions): Promise<Result> {
  const [rounds, seconds] = short ? [2, 0.05] : [7, 0.3]
  const { contenders, numbers } = convolutionCase(SHAPE)
  const wanted = contenders[1].answer()
  const check = (name: string, answer: Float64Array) => {
    const off = differs(answer, wanted)
    if (!(off <= TOLERANCE)) throw new Error(`network: ${name} differs by ${off} of the largest number`)
  }
  check('WebAssembly', contenders[0].answer())
  const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
  const lists = new Map<string, number[]>()
  const note = (name: string, rate: number) => lists.set(name, [...(lists.get(name) ?? []), rate])
  const skipped = new Set<string>()
  try {
    const file = join(folder, 'case')
    writeFileSync(file, numbers)
    const program = compiledC('network.c', folder)
    if (typeof program !== 'string') skipped.add(program.message)
    for (let round = 0; round < rounds; round++) {
      for (const [name, rate] of await race(contenders, 1, seconds)) note(name, (rate * operations(SHAPE)) / 1e9)
      for (const [name, rate] of await race([productAlone()], 1, seconds)) note(name, rate / 1e9)
      if (typeof program !== 'string') continue
      const printed = execFileSync(program, ['ceiling', '-', `${seconds}`], { encoding: 'utf8' })
      note(CEILING, Number(printed.split(' ')[1]))
      const peers = ratesOf(program, [file, `${file}.answer`, `${seconds}`], `${file}.answer`, 'network.c fails')
      if (typeof peers === 'string') skipped.add(peers)
      else
        for (const { rate, answer } of peers) {
          check(C, answer)
          note(C, (rate * operations(SHAPE)) / 1e9)
        }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rates = new Map([...lists].map(([name, list]) => [name, median(list)]))
  const ratio = (of: string, to: string, least?: number) => {
    const [a, b] = [rates.get(of), rates.get(to)]
    if (a === undefined || b === undefined) return []
    return [{ name: `${of} / ${to}`, value: a / b, ...(least !== undefined && { least }) }]
  }
  return {
    part: 'network: a convolution 32 to 32 at 32 x 32 and its slopes; operations as written down, tiles need fewer',
    rows: [...rates].map(([name, rate]) => ({ name, rate, unit: 'GFLOP/s' })),
    ratios: [
      ...ratio('WebAssembly', C, 1.5),
      ...ratio('WebAssembly', 'plain TypeScript', 50),
      ...ratio('product, WebAssembly', CEILING),
    ],
    skipped: [...skipped],
  }
}

const C = 'C -O3, patches times matrix'
const CEILING = 'C, products and sums of four numbers'
