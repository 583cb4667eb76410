import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InsituError } from '../../src/errors.ts'
import { createRun, eventsOf, newestCheckpoint, readBulk, readRun } from '../../src/run/index.ts'
import { checksum } from '../../src/run/line.ts'
import { plan, scratch, steppedClock } from './tools.ts'

const begin = (root = scratch()) => createRun(root, 'xor', plan, steppedClock(0.3))

const codeOf = (call: () => unknown) => {
  try {
    call()
  } catch (error) {
    if (error instanceof InsituError) return error.code
    throw error
  }
  return 'no error'
}

describe('run record', () => {
  it('gives back what was written: start, events, bulk, checkpoint, stop', () => {
    const run = begin()
    const theta = Float64Array.of(0.1, -0, Number.MIN_VALUE)
    run.append('evaluation', { step: 3, cost: Number.NaN, theta: run.bulk('theta', theta) })
    run.checkpoint({
      step: 3,
      theta,
      optimizer: { rate: 0.1 },
      rule: null,
      lessons: { drawn: 4 },
      device: Uint8Array.of(1, 255),
    })
    run.stop({ status: 'success', reason: 'all steps done', metrics: { reads: 12 } })
    const read = readRun(run.path)
    expect(read.start.sheet).toEqual(plan.sheet)
    expect(read.start.sheet.banks[0].slew).toBe(Number.POSITIVE_INFINITY)
    expect(read.events.map((event) => event.kind)).toEqual(['schema', 'evaluation', 'checkpoint'])
    expect(read.state).toBe('success')
    expect(read.stop).toMatchObject({ events: 3, bulkBytes: 24, metrics: { reads: 12 } })
    const [evaluation] = eventsOf<{ cost: number; theta: Parameters<typeof readBulk>[1] }>(read, 'evaluation')
    expect(evaluation.cost).toBeNaN()
    expect(readBulk(run.path, evaluation.theta)).toEqual(theta)
    const checkpoint = newestCheckpoint(run.path)
    expect(checkpoint?.theta).toEqual(theta)
    expect(Object.is(checkpoint?.theta[1], -0)).toBe(true)
    expect(checkpoint).toMatchObject({ step: 3, lessons: { drawn: 4 }, device: Uint8Array.of(1, 255) })
  })

  it('takes a line with a right checksum that is no event for damage', () => {
    const run = begin()
    run.append('steps', { step: 1 })
    run.sync()
    const path = join(run.path, 'events.jsonl')
    const text = readFileSync(path, 'utf8')
    const lines = text.split('\n')
    for (const body of ['{"seq":1,"kin', '{"seq":1', 'null', '']) {
      const forged = `${body},"crc":"${checksum(body)}"}`
      writeFileSync(path, [lines[0], forged, ''].join('\n'))
      expect(readRun(run.path).events).toHaveLength(1)
      writeFileSync(path, [forged, ...lines].join('\n'))
      expect(codeOf(() => readRun(run.path))).toBe('RECORD')
    }
  })

  it('is readable while it runs, and two runs of one second get two directories', () => {
    const root = scratch()
    const first = begin(root)
    const second = begin(root)
    expect(second.id).toBe(`${first.id}-2`)
    first.append('steps', { step: 1 })
    expect(readRun(first.path)).toMatchObject({ state: 'running', stop: undefined })
    first.stop({ status: 'abort', reason: 'stopped by the user', metrics: {} })
    first.stop({ status: 'success', reason: 'late', metrics: {} })
    expect(readRun(first.path).state).toBe('abort')
    second.stop({ status: 'fail', reason: 'x', metrics: {} })
  })

  it('calls a run crashed when its program is gone', () => {
    const run = createRun(
      scratch(),
      'xor',
      // Above the largest pid Linux gives out.
      { ...plan, provenance: { ...plan.provenance, pid: 2 ** 22 + 1 } },
      steppedClock(0.3),
    )
    expect(readRun(run.path).state).toBe('crashed')
  })

  it('keeps two checkpoints and falls back to the older when the newer is damaged', () => {
    const run = begin()
    for (const step of [1, 20, 300]) {
      run.checkpoint({ step, theta: Float64Array.of(step), optimizer: null, rule: null, lessons: null })
    }
    const kept = readdirSync(run.path).filter((name) => name.startsWith('checkpoint'))
    expect(kept).toEqual(['checkpoint-000000020.json', 'checkpoint-000000300.json'])
    const newest = join(run.path, kept[1])
    writeFileSync(newest, readFileSync(newest, 'utf8').replace('300', '301'))
    expect(newestCheckpoint(run.path)?.step).toBe(20)
  })

  it('loads a log cut at any byte, up to the last whole line', () => {
    const run = begin()
    for (let step = 1; step <= 4; step++) run.append('steps', { step, cost: 1 / step })
    run.sync()
    const log = join(run.path, 'events.jsonl')
    const text = readFileSync(log, 'utf8')
    for (let cut = 0; cut < text.length; cut++) {
      writeFileSync(log, text.slice(0, cut))
      const read = readRun(run.path)
      // A line whose newline alone is missing is whole.
      const whole = `${text}`.slice(0, cut + 1).split('\n').length - 1
      expect(read.events.length).toBe(whole)
    }
  })

  it('refuses a log altered at any byte of any line but the last', () => {
    const run = begin()
    for (let step = 1; step <= 3; step++) run.append('steps', { step })
    run.sync()
    const log = join(run.path, 'events.jsonl')
    const bytes = readFileSync(log)
    const lastLine = bytes.lastIndexOf(10, bytes.length - 2)
    for (let at = 0; at < lastLine; at++) {
      const altered = Buffer.from(bytes)
      altered[at] ^= 1
      writeFileSync(log, altered)
      expect(
        codeOf(() => readRun(run.path)),
        `byte ${at}`,
      ).toBe('RECORD')
    }
  })

  it('refuses a log with a line missing, in the middle or behind the stop document', () => {
    const run = begin()
    for (let step = 1; step <= 3; step++) run.append('steps', { step })
    run.stop({ status: 'success', reason: 'done', metrics: {} })
    const log = join(run.path, 'events.jsonl')
    const lines = readFileSync(log, 'utf8').split('\n')
    writeFileSync(log, lines.toSpliced(1, 1).join('\n'))
    expect(codeOf(() => readRun(run.path))).toBe('RECORD')
    writeFileSync(log, lines.toSpliced(3, 1).join('\n'))
    expect(codeOf(() => readRun(run.path))).toBe('RECORD')
  })

  it('refuses altered or absent bulk numbers, a directory that is no run, and a place that cannot be written', () => {
    const run = begin()
    const block = run.bulk('theta', Float64Array.of(1, 2))
    writeFileSync(join(run.path, 'bulk', 'theta.bin'), Buffer.alloc(16))
    expect(codeOf(() => readBulk(run.path, block))).toBe('RECORD')
    rmSync(join(run.path, 'bulk'), { recursive: true })
    expect(codeOf(() => readBulk(run.path, block))).toBe('RECORD')
    expect(codeOf(() => readRun(scratch()))).toBe('RECORD')
    expect(codeOf(() => begin(join(run.path, 'run.json')))).toBe('RECORD')
    // Linux makes no folder there, and node's own recursion would try for ever.
    if (existsSync('/proc/self')) expect(codeOf(() => begin('/proc/runs/here'))).toBe('RECORD')
  })
})
