import { expect, it } from 'vitest'
import { waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'

it('an echo whose way back leaves the numbers moves nothing and says so', async () => {
  const sites = 200
  // Cubic springs break under a wave this size, far from where it is sent in and read.
  const options = {
    field: { kind: 'fput', columns: sites, alpha: 0.25 },
    inputs: ['60.q', '0.q'],
    outputs: ['0.q'],
    time: 4,
    step: 0.1,
    learning: { mass: 1, decay: 40 },
  } as const
  const device = attach(waveSimulator(options))
  const theta = new Float64Array(paramCount(device.sheet)).fill(1)
  await device.store(theta)
  const held = async () => {
    const into = new Float64Array(theta.length)
    await device.echo.learning?.read(into)
    return into
  }
  await using flight = await device.echo.launch(Float64Array.of(12, 0.1))
  await expect(flight.echo(Float64Array.of(0.01), { decay: 'plain' })).rejects.toMatchObject({
    code: 'DIVERGED',
    message: expect.stringMatching(/the way back left the numbers; the learning field stays/),
  })
  expect(await held()).toEqual(theta)
  // A smaller wave then finds the machine as it was.
  await flight[Symbol.asyncDispose]()
  await using next = await device.echo.launch(Float64Array.of(0.1, 0.1))
  await next.echo(Float64Array.of(0.01), { decay: 'plain' })
  const moved = await held()
  expect(moved).not.toEqual(theta)
  expect(moved.every(Number.isFinite)).toBe(true)
})
