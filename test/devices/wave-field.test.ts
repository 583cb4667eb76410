import { expect, it } from 'vitest'
import {
  actionPort,
  channels,
  formatChannel,
  IDEAL_WAVES,
  injectionPort,
  parseChannel,
  type WaveFieldSpec,
  type WaveSheetOptions,
  waveSheet,
} from '../../devices/wave-field/index.ts'

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) })

it('channels are read and written alike', () => {
  for (const text of ['0.q', '29.p', '123456789.q']) expect(formatChannel(parseChannel(text))).toBe(text)
  expect(parseChannel('3.p')).toEqual({ mode: 3, part: 'p' })
})

it.each(['', '3', '3.', '3.x', '.q', '-1.q', '3.q ', ' 3.q', '3.qp', '1e3.q', '3,q', '1234567890.q'])(
  'a channel written "%s" is refused',
  (text) => {
    expect(() => parseChannel(text)).toThrow(refusal(/must be written mode.q or mode.p/))
  },
)

it('channels are on modes that are there, once each', () => {
  expect(channels('inputs', ['0.q', '0.p', '4.q'], 5)).toHaveLength(3)
  expect(() => channels('inputs', ['5.q'], 5)).toThrow(refusal(/inputs names mode 5; there are 5, from 0/))
  expect(() => channels('outputs', [], 5)).toThrow(refusal(/outputs needs at least one/))
  // Not even under another spelling.
  expect(() => channels('outputs', ['2.q', '02.q'], 5)).toThrow(refusal(/outputs names 2.q twice/))
})

const spec: WaveFieldSpec = {
  field: 'phi-4',
  grid: { rows: 2, columns: 3 },
  params: 7,
  inputs: ['0.q', '1.p'],
  outputs: ['4.q', '5.q', '5.p'],
  theta: { min: 0, max: 4, step: 0, safe: 1 },
}
const options: WaveSheetOptions = {
  kind: 'simulator',
  identity: 'test',
  converters: { ...IDEAL_WAVES, injection: { min: -0.5, max: 0.5, step: 2 ** -10 } },
  noise: 1e-3,
  localNoise: 1e-2,
  maxSlots: 16,
  slotSeconds: 1e-6,
  repeatable: true,
}

it('the sheet, the injection and the local readings are as wide as what they stand for', () => {
  const sheet = waveSheet(spec, options)
  expect(sheet.banks).toHaveLength(1)
  expect(sheet.banks[0]).toMatchObject({ name: 'theta', width: 7, safe: 1 })
  expect(sheet.drive.width).toBe(2)
  expect(sheet.sense).toMatchObject({ width: 3, noise: 1e-3 })
  expect(actionPort(spec, options)).toMatchObject({ width: 7, noise: 1e-2 })
  expect(injectionPort(spec, options)).toEqual({ width: 3, unit: '1', min: -0.5, max: 0.5, step: 2 ** -10 })
  expect(sheet.settings).toMatchObject({ grid: { rows: 2, columns: 3 }, inputs: spec.inputs, outputs: spec.outputs })
})
