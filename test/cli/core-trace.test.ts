import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDrive } from '../../src/cli/experiments/core/drive.ts'
import { coreTrace } from '../../src/cli/experiments/core/trace.ts'
import { InsituError } from '../../src/errors.ts'

const GOLDEN = { 'every-mode': 100, 'reset-table': 24, saturation: 12, ways: 20 }

const folder = mkdtempSync(join(tmpdir(), 'insitu-core-'))
const golden = (name: string) => readFileSync(join('fixtures/neuromorphic-core', name), 'utf8')
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

interface Traced {
  readonly sha256: string
  readonly outputs: readonly number[]
  readonly spikes: number
  readonly inputSpikes: number
  readonly lateInputSpikes: number
  readonly operations: number
  readonly energyJ: number
}

async function trace(words: readonly string[], seed = 1) {
  const svgs: string[] = []
  const prepared = await coreTrace.prepare(words, 'full')
  const metrics = await prepared.run({
    seed,
    progress() {},
    figure: (figure) => svgs.push('svg' in figure ? figure.svg : ''),
  })
  return { ...(metrics as unknown as Traced), svgs }
}

describe('core-trace', () => {
  const cases = Object.entries(GOLDEN).flatMap(([name, ticks]) =>
    ['oracle', 'auto', 'events', 'popcount'].map((path) => [name, path, ticks] as const),
  )
  it.each(cases)('%s by %s is the golden trace, written by a second program', async (name, path, ticks) => {
    const { sha256 } = await trace([`network=${name}`, `path=${path}`, `ticks=${ticks}`])
    expect(sha256).toBe(hash(golden(`${name}.csv`)))
  })

  it('writes the trace, and counts what is in it', async () => {
    const csv = join(folder, 'ways.csv')
    const { sha256, spikes, outputs, inputSpikes, svgs, operations, energyJ } = await trace([
      ...['network=ways', 'ticks=20', `csv=${csv}`],
    ])
    const text = readFileSync(csv, 'utf8')
    expect(text).toBe(golden('ways.csv'))
    expect(sha256).toBe(hash(text))
    const rows = text.trim().split('\n').slice(1)
    expect(spikes).toBe(rows.filter((row) => row.split(',')[3] === '1').length)
    expect(inputSpikes).toBe(2)
    // Two spikes through every delay; two neurons that meet at one axon are one spike a tick.
    expect(outputs).toEqual(new Array(15).fill(2))
    expect(rows.at(-1)).toBe('19,1,16,0,2')
    // 17 crossings twice, then two spikes at each of 15 axons with two crossings and at one with one.
    expect(operations).toBe(2 * 17 + 2 * (15 * 2 + 1))
    expect(energyJ).toBeCloseTo(2 * 55e-6 * 20e-3 + 22e-12 * operations, 15)
    expect(svgs[0]).toContain('core 1')
  })

  it('takes the seed of the network, that of the setting in its place, and that of the run where there is none', async () => {
    const { sha256 } = await trace(['ticks=30'])
    expect((await trace(['ticks=30'], 2)).sha256).toBe(sha256)
    const other = await trace(['ticks=30', 'seed=2'])
    expect(other.sha256).not.toBe(sha256)
    const { seed: _, ...unseeded } = JSON.parse(golden('every-mode.json')) as { seed: number }
    const words = [`network=${fileWith('free.json', JSON.stringify(unseeded))}`, 'ticks=30']
    const drive = `drive=${fileWith('free.drive', golden('every-mode.drive'))}`
    expect((await trace([...words, drive], 2)).sha256).toBe(other.sha256)
    const silent = await trace(words)
    expect(silent.inputSpikes).toBe(0)
    expect(silent.lateInputSpikes).toBe(0)
    expect((await trace([...words, drive])).lateInputSpikes).toBeGreaterThan(0)
  })

  it.each([
    ['network=none.json', 'network "none.json" cannot be read: there is no such file'],
    [`network=${folder}`, 'cannot be read'],
    [`network=${fileWith('bad.json', '{"cores": 3}')}`, 'bad.json: cores must be a list of cores, got 3'],
    [`drive=${fileWith('bad.drive', '0 1')}`, 'bad.drive, line 1: wanted 6 numbers, one per input line, given 2'],
    ['drive=none.csv', 'drive "none.csv" cannot be read'],
    [`csv=${join(folder, 'nowhere', 'trace.csv')}`, 'there is no directory'],
    ['seed=-1', 'seed must be a whole number'],
    ['path=fast', 'path must be auto or events or popcount or oracle'],
  ])('refuses %s', async (word, message) => {
    const error = await trace([word, 'ticks=2']).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InsituError)
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining(message) })
  })
})

describe('a drive', () => {
  const spikes = [
    { tick: 0, line: 1 },
    { tick: 2, line: 0 },
    { tick: 2, line: 2 },
  ]
  it.each([
    '0 1 0\n0 0 0\n1 0 1\n',
    '# three lines\n0,1,0\r\n\r\n0,0,0 # nothing\r\n1,0,1',
    '010\n000\n101',
    '[[0, 1, 0], [0, 0, 0], [1, 0, 1]]',
    JSON.stringify(spikes),
    'tick,line\n0,1\n2,0\n2,2\n',
    'Tick; Line\n0; 1\n2; 0\n2; 2\n',
  ])('%j', (text) => expect(readDrive(text, 3, 'drive')).toEqual(spikes))

  it('may be empty', () => {
    for (const text of ['', '[]', '# none\n', 'tick,line\n']) expect(readDrive(text, 3, 'drive')).toEqual([])
  })

  it.each([
    ['0 1 2', 'drive, line 1: wanted 0 or 1, given 2'],
    ['0 1 0\n0 1', 'drive, line 2: wanted 3 numbers, one per input line, given 2'],
    ['tick,line\n1,3', 'drive, line 2: wanted a line from 0 to 2, given 3'],
    ['tick,line\n1,2,3', 'drive, line 2: wanted a tick and a line, given 3 numbers'],
    ['tick,line\nx,1', 'drive, line 2: wanted a tick from 0, given NaN'],
    ['[[0, 1, 0], [0, null, 1]]', 'drive, row 1: wanted 0 or 1, given null'],
    ['[{"tick": 1.5, "line": 0}]', 'drive, spike 0: wanted a tick from 0, given 1.5'],
    ['[{"tick": 1}]', 'drive, spike 0: wanted a line from 0 to 2, given undefined'],
    ['[7]', 'drive, spike 0: wanted a tick from 0, given undefined'],
    ['[null]', 'drive, spike 0: wanted a tick from 0, given undefined'],
    ['[[0, 1', 'drive is no JSON'],
    ['{"tick": 1, "line": 0}', 'drive must be a list of rows or of spikes, given an object'],
  ])('%j is refused', (text, message) => {
    expect(() => readDrive(text, 3, 'drive')).toThrow(InsituError)
    expect(() => readDrive(text, 3, 'drive')).toThrow(message)
  })
})
