import { describe, expect, it } from 'vitest'
import { leapfrog, makeField, plainStepper, referenceGradient, reverse, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import type { Decay } from '../../src/contract/echo.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { echoGradient } from '../../src/rules/echo/contrast.ts'
import { held, LEARNING, MACHINES, machineOf, NAMES } from './wave-machines.ts'

describe.each(NAMES)('%s', (name) => {
  it('reads a slot as a flight of one frame, bit for bit, its actions too', async () => {
    const { device, theta, drive } = machineOf(MACHINES[name], 3)
    await device.store(theta)
    const [into, local] = [new Float64Array(9), new Float64Array(3 * theta.length)]
    await device.local.read({ slots: 3, drive: { kind: 'track', data: drive, hold: 1 } }, into, local)
    for (let t = 0; t < 3; t++) {
      await using flight = await device.echo.launch(drive.slice(2 * t, 2 * t + 2))
      expect([...flight.output]).toEqual([...into.subarray(3 * t, 3 * t + 3)])
      expect([...(flight.local ?? [])]).toEqual([...local.subarray(t * theta.length, (t + 1) * theta.length)])
    }
  })

  it('comes back undisturbed, meets what it met, and holds what it held', async () => {
    const machine = machineOf(MACHINES[name], 3)
    const { device, theta, drive } = machine
    await device.store(theta)
    const first = await device.echo.launch(drive)
    const { returned, local, receipt } = await first.echo(new Float64Array(9))
    expect(receipt.slots).toBe(3)
    // Round-off of three frames each way.
    expect(relativeDistance(returned, drive.subarray(0, 2))).toBeLessThan(1e-11)
    expect(relativeDistance(local ?? [], first.local ?? [])).toBeLessThan(1e-11)
    // Nothing so far has moved a parameter, nor have a kick without a decay, a pair, and a flight that is dropped.
    await (await device.echo.launch(drive)).echo(new Float64Array(9).fill(0.3))
    await (await device.echo.launch(drive)).both?.(new Float64Array(9).fill(0.3))
    await (await device.echo.launch(drive))[Symbol.asyncDispose]()
    const again = await device.echo.launch(drive)
    await again[Symbol.asyncDispose]()
    expect([...again.output]).toEqual([...first.output])
    if (device.echo.learning !== undefined) expect([...(await held(machine))]).toEqual([...theta])
  })

  it('gives by the contrast of two echoes the gradient of a passage of three frames, by differences and the adjoint', async () => {
    const { options, device, theta, drive, slopesOf } = machineOf(MACHINES[name], 3)
    await device.store(theta)
    const wanted = referenceGradient(options, theta, drive, slopesOf)
    const found = await echoGradient(device, drive, slopesOf, { eps: 1e-4 })
    expect(relativeDistance(found.output, wanted.output)).toBeLessThan(1e-12)
    // eps^2 of curvatures up to order one; round-off of 1e-12 over 2e-4.
    expect(relativeDistance(found.theta, wanted.theta)).toBeLessThan(2e-8)
    expect(relativeDistance(found.drive, wanted.drive)).toBeLessThan(2e-8)
    const cost = async () => {
      await using flight = await device.echo.launch(drive)
      return flight.output.reduce((sum, value, i) => sum + value * wanted.slopes[i], 0)
    }
    const scale = Math.max(...wanted.theta.map(Math.abs))
    for (const i of [0, theta.length - 1]) {
      const sides = []
      for (const by of [1e-5, -1e-5]) {
        await device.store(theta.map((value, k) => (k === i ? value + by : value)))
        sides.push(await cost())
      }
      // h^2 / 6 of a third derivative; round-off of 1e-12 over 2e-5.
      expect(Math.abs((sides[0] - sides[1]) / 2e-5 - wanted.theta[i])).toBeLessThan(2e-7 * scale)
    }
  })

  it('echoes both ways from one moment as from two', async () => {
    const { device, theta, drive } = machineOf(MACHINES[name], 2)
    await device.store(theta)
    const kicks = Float64Array.of(0.1, -0.2, 0.05, 0.3, 0.1, -0.1)
    const pair = await (await device.echo.launch(drive)).both?.(kicks)
    for (const [n, sign] of [
      [0, 1],
      [1, -1],
    ] as const) {
      const alone = await (await device.echo.launch(drive)).echo(kicks.map((kick) => sign * kick))
      expect(pair?.[n].returned).toEqual(alone.returned)
      expect(pair?.[n].conjugate).toEqual(alone.conjugate)
      expect(pair?.[n].local).toEqual(alone.local)
    }
  })
})

describe.each(LEARNING)('%s learns', (name) => {
  const eta = 1e-4
  /** Shift of the parameters by echoes of the given strengths, each with its decay. */
  async function shift(frames: number, steps: readonly (readonly [strength: number, decay: Decay])[]) {
    const machine = machineOf(MACHINES[name], frames)
    const { options, device, theta, drive, slopesOf } = machine
    await device.store(theta)
    for (const [strength, decay] of steps) {
      await using flight = await device.echo.launch(drive)
      await flight.echo(
        slopesOf(flight.output).map((slope) => -strength * slope),
        { decay },
      )
    }
    const { learning } = device.echo
    if (learning === undefined) throw new Error('no learning field')
    const now = await held(machine)
    const gradient = referenceGradient(options, theta, drive, slopesOf)
    return { moved: now.map((value, i) => value - theta[i]), learning, gradient }
  }

  it('by -eta bracket gain dC/dtheta and the bias eta bracket dC/dmomentum in one echo', async () => {
    const plus = await shift(1, [[eta, 'plain']])
    const { bracket, gain } = plus.learning
    const { theta: slope, momentum: bias } = plus.gradient
    const wanted = slope.map((g, i) => -eta * bracket * (gain * g - bias[i]))
    // Off by the order of eta.
    expect(relativeDistance(plus.moved, wanted)).toBeLessThan(1e-3)
    // Both sides cancel that: what is left is eta^2, and round-off of 1e-12 over 1e-4.
    const minus = await shift(1, [[-eta, 'plain']])
    const odd = plus.moved.map((value, i) => (value - minus.moved[i]) / 2)
    expect(relativeDistance(odd, wanted)).toBeLessThan(1e-6)
    // A mirrored decay turns the sign of the signal and leaves the bias.
    const mirrored = await shift(1, [[eta, 'mirrored']])
    const turned = slope.map((g, i) => eta * bracket * (gain * g + bias[i]))
    expect(relativeDistance(mirrored.moved, turned)).toBeLessThan(1e-3)
  })

  it.each([1, 3])('by -2 eta bracket gain dC/dtheta in a pair, %i frames', async (frames) => {
    const { moved, learning, gradient } = await shift(frames, [
      [eta, 'plain'],
      [-eta, 'mirrored'],
    ])
    const { bracket, gain } = learning
    expect(
      relativeDistance(
        moved,
        gradient.theta.map((g) => -2 * eta * bracket * gain * g),
      ),
    ).toBeLessThan(1e-3)
  })
})

it('the cavities keep the identities of the sheet: -(eta / 2) dC/dq in Im, (eta / 2) dC/dp in Re', async () => {
  // A friction that has no time leaves the momentum: Im is read from the next decay, Re from the shift.
  const decay = 1e-9
  const machine = machineOf({ ...MACHINES.cavities, learning: { mass: 1, decay } })
  const { options, device, theta, drive, slopesOf } = machine
  const [sides, eta] = [[] as Float64Array[], 1e-4]
  for (const sign of [1, -1]) {
    await device.store(theta)
    await using flight = await device.echo.launch(drive)
    // C = |psi - y|^2 has twice the slopes of half of it.
    await flight.echo(
      slopesOf(flight.output).map((slope) => -sign * eta * 2 * slope),
      { decay: 'plain' },
    )
    const snapshot = new Float64Array((await device.state.snapshot()).buffer)
    sides.push(snapshot.slice(snapshot.length - 2 * theta.length))
  }
  const contrast = sides[0].map((value, i) => (value - sides[1][i]) / (2 * eta))
  const { theta: slope, momentum } = referenceGradient(options, theta, drive, slopesOf)
  // eta^2 of order one, and round-off.
  expect(relativeDistance(contrast.subarray(0, theta.length), momentum)).toBeLessThan(1e-7)
  expect(
    relativeDistance(
      contrast.subarray(theta.length),
      slope.map((g) => -g),
    ),
  ).toBeLessThan(1e-7)
})

describe('a decay that is too short', () => {
  const g = 1
  const given = { ...MACHINES.cavities, learning: { mass: 0.5, decay: g } }

  it('leaves e^-g of the momentum, which the next wave meets', async () => {
    const machine = machineOf(given)
    const { options, device, theta, drive } = machine
    await device.store(theta)
    const kicks = Float64Array.of(0.2, -0.1, 0.3)
    await (await device.echo.launch(drive)).echo(kicks, { decay: 'plain' })
    const field = makeField(options.field)
    const stepper = plainStepper(field, leapfrog, options.step)
    const steps = Math.round(options.time / options.step)
    const state: WaveState = {
      q: new Float64Array(4),
      p: new Float64Array(4),
      theta: theta.slice(),
      momentum: new Float64Array(theta.length),
    }
    const send = () => {
      state.q.fill(0)
      state.p.fill(0)
      state.q[0] += drive[0]
      state.p[1] += drive[1]
      stepper.run([state], steps)
      return [state.q[2], state.q[3], state.p[3]]
    }
    send()
    // Reading q takes the push to p, reading p takes it to -q, each by half: i dz/dt = dH/dz*.
    state.p[2] += kicks[0] / 2
    state.p[3] += kicks[1] / 2
    state.q[3] -= kicks[2] / 2
    reverse(state)
    stepper.run([state], steps)
    for (let i = 0; i < theta.length; i++) {
      const momentum = -state.momentum[i]
      state.theta[i] += (momentum * (1 - Math.exp(-g))) / 0.5
      state.momentum[i] = momentum * Math.exp(-g)
    }
    const now = await held(machine)
    expect(relativeDistance(now, state.theta)).toBeLessThan(1e-12)
    await using next = await device.echo.launch(drive)
    const wanted = send()
    expect(relativeDistance(next.output, wanted)).toBeLessThan(1e-11)
    // Which is not what a field at rest would have shown.
    const fresh = attach(waveSimulator(given))
    await fresh.store(now)
    await using other = await fresh.echo.launch(drive)
    expect(relativeDistance(other.output, wanted)).toBeGreaterThan(1e-3)
  })

  it('is over when parameters are stored', async () => {
    const { device, theta, drive } = machineOf(given)
    await device.store(theta)
    const read = async () => {
      await using flight = await device.echo.launch(drive)
      return flight.output
    }
    const before = await read()
    await (await device.echo.launch(drive)).echo(Float64Array.of(1, 1, 1), { decay: 'plain' })
    expect(await read()).not.toEqual(before)
    await device.store(theta)
    expect(await read()).toEqual(before)
  })
})

it('parameters that an echo moves stop at their limits, and are counted', async () => {
  const machine = machineOf({
    ...MACHINES['learning chain'],
    theta: { min: 0.55, max: 1.45, step: 0, safe: 1 },
  })
  const { device, theta, drive, slopesOf } = machine
  await device.store(theta)
  await using flight = await device.echo.launch(drive)
  const { receipt } = await flight.echo(
    slopesOf(flight.output).map((slope) => -8 * slope),
    { decay: 'plain' },
  )
  const now = await held(machine)
  const stopped = now.filter((value) => value === 0.55 || value === 1.45).length
  expect(stopped).toBeGreaterThan(0)
  expect(receipt.clipped).toBe(stopped)
  expect(now.every((value) => value >= 0.55 && value <= 1.45)).toBe(true)
})

it('a machine without a learning field refuses nothing but to learn', async () => {
  const { device, theta, drive } = machineOf(MACHINES.chain)
  await device.store(theta)
  expect(device.echo.learning).toBeUndefined()
  await using flight = await device.echo.launch(drive)
  await expect(flight.echo(Float64Array.of(1, 0, 0), { decay: 'plain' })).rejects.toMatchObject({ code: 'CAPABILITY' })
  const { local } = await flight.echo(Float64Array.of(1, 0, 0))
  expect(relativeDistance(local ?? [], flight.local ?? [])).toBeGreaterThan(1e-3)
})
