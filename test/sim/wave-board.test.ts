import { expect, it } from 'vitest'
import { servedWave } from '../../sim/wave/board.ts'
import { type WaveBoardOptions, type WaveOptions, waveBoard, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'

// Arguments of a board travel as JSON, which writes infinity as null: "no limit" must arrive as no limit.

const inf = Number.POSITIVE_INFINITY
const OPTIONS: WaveBoardOptions = {
  field: { kind: 'phi-4', columns: 4 },
  inputs: ['0.q', '2.p'],
  outputs: ['3.q'],
  time: 2,
  step: 0.1,
  learning: { mass: 0.01, decay: 40 },
}

/** What an echo leaves in the learning field. */
async function learned(backend: ReturnType<typeof waveSimulator>): Promise<Float64Array> {
  await using device = attach(backend)
  const theta = new Float64Array(paramCount(device.sheet)).fill(1.2)
  await device.store(theta)
  await using flight = await device.echo.launch(Float64Array.of(1, 0.5))
  await flight.echo(Float64Array.of(0.05), { decay: 'plain' })
  await device.echo.learning?.read(theta)
  return theta
}

const sent = (options: WaveBoardOptions) => {
  const [arrived] = JSON.parse(JSON.stringify(waveBoard(options).args))
  return servedWave(arrived)
}

it.each<[string, Partial<WaveBoardOptions>]>([
  ['limits that are none', { imperfections: { shiftLimit: inf, injectionLimit: inf } }],
  ['a preset whose limit is taken away', { preset: 'published', imperfections: { shiftLimit: inf } }],
  ['a preset with its limit', { preset: 'published' }],
  ['a field that is too heavy to move', { field: { kind: 'phi-4', columns: 4, inertia: inf } }],
])('a board of %s learns what the machine in this process does', async (_, change) => {
  const options = { ...OPTIONS, ...change }
  const here = await learned(waveSimulator(options))
  expect(await learned(sent(options))).toEqual(here)
  expect(here.every((value) => Number.isFinite(value))).toBe(true)
  expect(here.some((value) => value !== 1.2)).toBe(true)
  const { settings } = sent(options).sheet
  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings)
})

it('a limit taken from a preset lets shifts through that the preset holds back', async () => {
  const reach = async (options: WaveBoardOptions) =>
    Math.max(...(await learned(sent(options))).map((value) => Math.abs(value - 1.2)))
  const published = { ...OPTIONS, preset: 'published' }
  expect(await reach(published)).toBeLessThan(0.1)
  expect(await reach({ ...published, imperfections: { shiftLimit: inf } })).toBeGreaterThan(0.15)
})

it('a field of one’s own does not travel', () => {
  const options: WaveOptions = { ...OPTIONS, field: { kind: 'own', make: () => Object.create(null) } }
  expect(() => waveBoard(options as WaveBoardOptions)).toThrow(
    expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/own does not travel to a board/) }),
  )
})
