import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Deviation } from '../../sim/index.ts'
import { driveOf } from '../../src/cli/experiments/core/import-drive.ts'
import { readNumberTable } from '../../src/cli/experiments/core/import-table.ts'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import type { Chart } from '../../src/report/chart.ts'
import type { Figure, Picture } from '../../src/report/experiment.ts'
import { hdf5File } from '../exchange/hdf5-file.ts'
import { chainTree } from '../exchange/networks.ts'
import { scratch } from './tools.ts'

interface Metrics {
  readonly spikes: number
  readonly spikeTicks: readonly number[]
  readonly ticks: number
  readonly dt: number
  readonly deviation: Deviation & { readonly lagTicks: number }
  readonly warnings?: readonly string[]
}

/** Runs with a trace in a folder of its own, and reads that. */
async function run(...words: readonly string[]) {
  const csv = join(scratch(), 'trace.csv')
  const { run } = await findExperiment('core-import').prepare([...words, `csv=${csv}`], 'full')
  const figures: Figure[] = []
  const metrics = (await run({ seed: 1, progress() {}, figure: (one) => figures.push(one) })) as unknown as Metrics
  const [heading, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n')
  return { metrics, figures, heading, rows: rows.map((row) => row.split(',').map(Number)) }
}

const file = (name: string, content: string | Uint8Array) => {
  const path = join(scratch(), name)
  writeFileSync(path, content)
  return path
}

/** The published single neuron, made here. */
const single = async () =>
  file(
    'single.nir',
    await hdf5File(chainTree(1, { lif: { type: 'LIF', tau: [0.0025], r: [1], v_leak: [0], v_threshold: [0.1] } }, 1)),
  )

describe('core-import', () => {
  it.each(['loihi2', 'euler', 'exact'])('runs its example on %s and writes the trace', async (model) => {
    const { metrics, figures, heading, rows } = await run(`model=${model}`)
    expect(heading).toBe('tick,drive0,drive1,membrane,spike')
    expect(rows).toHaveLength(200)
    expect(metrics).toMatchObject({ model, ticks: 200, dt: 1e-4, neurons: 4, node: 'last' })
    expect(metrics.spikes).toBeGreaterThan(10)
    const [membranes, raster] = figures as [Chart, Picture]
    expect(membranes.curves.map(({ name }) => name)).toEqual(model === 'exact' ? ['exact'] : [model, 'exact'])
    expect(raster.svg).toContain(`>${metrics.spikes} spikes<`)
    expect(rows.reduce((sum, row) => sum + row[4], 0)).toBe(metrics.spikes)
    expect(rows.filter((row) => row[4] > 0).map(([tick]) => tick)).toEqual(metrics.spikeTicks)
    expect(rows.every((row) => Number.isInteger(row[3]))).toBe(model === 'loihi2')
    if (model === 'exact') expect(metrics.deviation).toMatchObject({ membraneRms: 0, spikes: 0, lagTicks: 0 })
    else expect(metrics.deviation.membraneRms).toBeGreaterThan(0)
  })

  it('a single neuron has columns without numbers; its drive may be a line of numbers', async () => {
    const { heading, rows } = await run(`network=${await single()}`, `drive=${file('d.txt', '1 1 1 0 0')}`)
    expect(heading).toBe('tick,drive,membrane,spike')
    expect(rows).toEqual([
      [0, 1, 0, 0],
      [1, 1, 640, 0],
      [2, 1, 1254, 0],
      [3, 0, 128, 1],
      [4, 0, 0, 0],
    ])
  })

  it('takes its own trace as a drive, and any node to look at', async () => {
    const words = [
      `network=${await single()}`,
      `drive=${file('d.csv', 'tick,drive,membrane,spike\n0,1,0,0\n1,0,640,0\n')}`,
    ]
    expect((await run(...words, 'driveColumn=drive')).rows).toEqual([
      [0, 1, 0, 0],
      [1, 0, 640, 0],
    ])
    const { heading, rows } = await run('node=hidden', 'model=exact')
    expect(heading).toBe('tick,drive0,drive1,membrane0,membrane1,membrane2,spike0,spike1,spike2')
    expect(rows[0]).toHaveLength(9)
  })

  it('asks for a drive where the network is not the example', async () => {
    await expect(run(`network=${await single()}`)).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('needs a drive of its own'),
      hint: expect.stringContaining('--set drive='),
    })
  })

  it.each([
    ['network=nowhere.nir', 'CONFIG', /network "nowhere.nir" cannot be read/],
    ['drive=nowhere.csv', 'CONFIG', /drive "nowhere.csv" cannot be read/],
    ['node=middle', 'CONFIG', /no neurons at a node "middle"/],
    ['dt=0.1', 'CONFIG', /tau_mem is 0.002 s, dt 0.1 s/],
    ['dt=-1', 'CONFIG', /dt must be seconds above 0, or auto/],
    ['driveColumn=1', 'CONFIG', /1 column, the network has 2 inputs/],
  ])('refuses %s, and writes nothing', async (word, code, message) => {
    const csv = join(scratch(), 'none.csv')
    const attempt = async () => {
      const { run } = await findExperiment('core-import').prepare([word, `csv=${csv}`], 'full')
      await run({ seed: 1, progress() {}, figure() {} })
    }
    await expect(attempt()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(existsSync(csv)).toBe(false)
  })
})

describe('drives', () => {
  const rows = (text: string) => readNumberTable(text, 'd').rows

  it.each([
    ['commas', '1,2\n3,4'],
    ['spaces and an empty line', ' 1  2 \n\n3 4\n'],
    ['tabs', '1\t2\n3\t4\n'],
    ['semicolons, and one at the end', '1;2;\r\n3; 4;\r\n'],
    ['commas with spaces', '1, 2\n3, 4'],
    ['comments and names', '# drive\nleft,right\n1,2 # first\n3,4\n'],
    ['a byte order mark', '\uFEFF1,2\n3,4'],
    ['JSON', '[[1, 2], [3, 4]]'],
    ['numbers of any form', '+1,2.0\n.3e1,4e0'],
  ])('%s', (_, text) => {
    expect(rows(text)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it.each([
    ['1,2\n3', /d, line 2: 1 columns, wanted 2/],
    ['1,2\n3,x', /d, line 2, column 2: "x" is not a number/],
    ['1,,2', /d, line 1, column 2: "" is not a number/],
    ['1,nan\n', /d, line 1, column 2: "nan" is not a number/],
    ['a,b\n', /d: wanted rows of numbers, found none/],
    ['# nothing', /found none/],
    ['[1, "2"]', /d, row 2, column 1: "2" is not a number/],
    ['[[1, 2], [3]]', /d, row 2: 1 columns, wanted 2/],
    ['[1,', /^d: .*JSON/],
    ['{"drive": [1]}', /wanted a JSON list/],
  ])('refuses %j', (text, message) => {
    expect(() => rows(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }),
    )
  })

  it('are fitted to the network', () => {
    const of = (text: string, inputs: number, column = 'all') => [
      ...driveOf(readNumberTable(text, 'd'), inputs, column),
    ]
    expect(of('1 0 1', 1)).toEqual([1, 0, 1])
    expect(of('1\n0\n1', 1)).toEqual([1, 0, 1])
    expect(of('[1, 0, 1]', 1)).toEqual([1, 0, 1])
    expect(of('1 0 1', 3)).toEqual([1, 0, 1])
    expect(of('a,b\n1,2\n3,4', 1, 'b')).toEqual([2, 4])
    expect(of('1,2\n3,4', 1, '2')).toEqual([2, 4])
    expect(() => of('1,2\n3,4', 1)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/2 columns, the network has 1 input/),
        hint: expect.stringContaining('driveColumn'),
      }),
    )
    expect(() => of('a,b\n1,2', 1, 'c')).toThrow(/there is no column "c" among 2; columns are a, b/)
  })
})
