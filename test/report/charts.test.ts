import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { Stretch } from '../../src/cli/train/stretch.ts'
import { type DataSheet, dataSheet } from '../../src/contract/sheet.ts'
import { charts } from '../../src/report/charts.ts'
import { reportHtml } from '../../src/report/report.ts'
import type { StepReport } from '../../src/rules/train.ts'
import type { EvaluationEvent, RunRecord, StepsEvent } from '../../src/run/index.ts'

const port = { min: -1, max: 1, step: 0 }
function sheetIn(sense: string, ...banks: readonly string[]): DataSheet {
  return dataSheet({
    machine: 'lattice',
    kind: 'simulator',
    identity: 'paper',
    banks: banks.map((unit, n) => ({
      ...port,
      name: `b${n}`,
      width: 2,
      unit,
      safe: 0,
      slew: Number.POSITIVE_INFINITY,
    })),
    drive: { ...port, unit: 'N', width: 1 },
    sense: { ...port, unit: sense, width: 1, noise: 0 },
    maxSlots: 16,
    slotSeconds: 0,
    repeatable: true,
    settings: {},
  })
}

const step = (n: number, more: Partial<StepsEvent> = {}): StepsEvent => ({
  step: n,
  steps: 1,
  cost: 1 / n,
  reads: 10 * n,
  clipped: 0,
  saturated: 0,
  retries: 0,
  projected: 0,
  ...more,
})
const look = (n: number): EvaluationEvent => ({
  step: n,
  set: 'train',
  cost: 1,
  accuracy: 0.5,
  theta: { file: 'theta', offset: 0, count: 0, crc: 0 },
})
const steps = [step(1), step(2), step(3)]
const none = { looks: [], reference: undefined, thetas: [] }
/** Titles of the charts with what their axes say. */
const axes = (html: string) =>
  [...html.matchAll(/<b>([^<]*)<\/b> <small>([^<]*)<\/small>/g)].map(([, title, axis]) => `${title}: ${axis}`)

describe('the loss', () => {
  it.each([
    ['mean squared error', 'V', 'mean squared error, V²'],
    ['squared error', 'm', 'squared error, m²'],
    ['mean squared error', 'N/m', 'mean squared error, (N/m)²'],
    ['mean squared error', '1', 'mean squared error'],
    ['share cross-entropy', 'm', 'share cross-entropy'],
    ['cross-entropy', 'V', 'cross-entropy'],
    [undefined, 'V', 'cost'],
  ])('called %s of readings in %s is drawn as %s', (cost, unit, axis) => {
    expect(axes(charts({ sheet: sheetIn(unit, unit), cost, steps, ...none }))).toEqual([`Loss: ${axis}`])
  })

  it('has a logarithmic axis unless it can be negative', () => {
    const work = [step(1, { cost: -2 }), step(2, { cost: -3 }), step(3, { cost: Number.NaN })]
    const html = charts({ sheet: sheetIn('m', 'N/m'), cost: 'work', steps: work, ...none })
    expect(html).toContain('Loss: work over reads')
    expect(html).not.toContain('NaN')
  })
})

describe('parameters', () => {
  const thetas = [Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8)]
  const drawn = (sheet: DataSheet) =>
    axes(charts({ sheet, cost: 'cross-entropy', steps: [], looks: [look(1), look(2)], reference: undefined, thetas }))

  it('are drawn in the unit of their bank', () => {
    expect(drawn(sheetIn('m', 'N/m', 'N/m'))).toContain('Parameters: N/m')
    expect(drawn(sheetIn('V', 'V', '1')).slice(-2)).toEqual(['Parameters: V', 'Parameters: '])
  })
})

describe('the error of the gradient', () => {
  it('is drawn where steps carry it', () => {
    const of = (list: readonly StepsEvent[]) =>
      axes(charts({ sheet: sheetIn('m', 'N/m'), cost: 'squared error', steps: list, ...none }))
    expect(of(steps)).not.toContain('Error of the gradient: standard error over size')
    const known = [step(1, { gradientError: 0.2 }), step(2), step(3, { gradientError: 0.1 })]
    expect(of(known)).toContain('Error of the gradient: standard error over size')
  })

  it('is the mean of a stretch', () => {
    const stretch = new Stretch()
    for (const gradientError of [0.1, undefined, 0.3])
      stretch.add({
        ...{ step: 1, cost: 1, totalSlots: 1, clipped: 0, saturated: 0, retries: 0, projected: 0 },
        health: gradientError === undefined ? {} : { gradientError },
      } as StepReport)
    expect(stretch.take().gradientError).toBeCloseTo(0.2, 12)
  })
})

describe('the report', () => {
  const report = (events: RunRecord['events'], settings = {}) =>
    reportHtml(
      {
        path: 'runs/x',
        start: {
          command: 'train',
          arguments: { task: 'iris' },
          seeds: { run: 1 },
          settings,
          sheet: sheetIn('m', 'N/m'),
          device: 'sim:lattice',
          provenance: { versions: {}, git: null, pid: 1, host: hostname() },
          record: 1,
          id: 'x',
          startedAt: '2026-01-31T12:00:00.000Z',
        },
        events,
        stop: undefined,
        state: 'success',
        torn: 0,
      },
      [],
    )
  const event = (kind: string, data: object) => ({ seq: 1, t: 1, wall: '', kind, data: { ...data } })

  it('has no curves before there are steps', () => {
    expect(report([])).not.toContain('<h2>Curves</h2>')
    expect(report([event('steps', step(1))], { cost: 'squared error' })).toContain('squared error, m²')
  })

  it('calls the reference what the record calls it', () => {
    const counts = { accuracy: 0.9, counts: [[1]] }
    const named = report([event('reference', { name: 'the same training on an ideal lattice', ...counts })])
    expect(named).toContain('the same training on an ideal lattice')
    expect(named).not.toContain('ackpropagation')
    expect(report([event('reference', counts)])).toContain('backpropagation in floating point')
  })
})
