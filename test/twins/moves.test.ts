import { expect, test } from 'vitest'
import { type DataSheet, dataSheet } from '../../src/contract/sheet.ts'
import { expected, slopes } from '../../src/twins/ask.ts'
import { moved } from '../../src/twins/moves.ts'
import type { Twin } from '../../src/twins/twin.ts'
import { line } from './line.ts'

const port = { width: 4, unit: '1', min: 0, max: 1, step: 1 }

function sheet(step: number): DataSheet {
  return dataSheet({
    ...{ machine: 'test', kind: 'simulator', identity: 'moves', maxSlots: 1, slotSeconds: 0, repeatable: true },
    banks: [{ ...port, step, name: 'bit', safe: 0, slew: Number.POSITIVE_INFINITY }],
    drive: port,
    sense: { ...port, noise: 0 },
    settings: {},
  })
}

test('moves keep to the limits, and turn a bit over that is held between its ends', () => {
  const bits = Float64Array.of(0, 1, 0.3, 0.7)
  for (let n = 0; n < 8; n++) expect([...moved(sheet(1), bits, 0, 1, n, {})]).toEqual([1, 0, 1, 0])
  for (let n = 0; n < 8; n++)
    moved(sheet(0), bits, 0, 0.2, n, {}).forEach((value, i) => {
      expect(Math.abs(value - bits[i])).toBeCloseTo(0.2, 12)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1)
    })
})

test('a twin that leaves numbers unwritten, or adds to what stood there, is told', async () => {
  const right = line(1)
  const point = {
    theta: Float64Array.of(1),
    drive: Float64Array.of(1, 2),
    rows: 1,
    parameters: Float64Array.of(1, 2, 3),
  }
  const silent: Twin = { ...right, forward: () => undefined }
  await expect(expected(silent, point)).rejects.toMatchObject({ code: 'NOT_FINITE' })
  const adding: Twin = {
    ...right,
    vjp(_point, _measured, cotangent, { parameters }) {
      if (parameters !== undefined) parameters[0] += cotangent[0]
    },
  }
  const sense = await expected(right, point)
  const into = { parameters: new Float64Array(3) }
  await slopes(right, point, { sense }, Float64Array.of(1), into)
  expect(into.parameters[0]).toBe(1)
  await expect(slopes(adding, point, { sense }, Float64Array.of(1), into)).rejects.toMatchObject({
    code: 'NOT_FINITE',
    message: expect.stringContaining('the slope by a'),
  })
})
