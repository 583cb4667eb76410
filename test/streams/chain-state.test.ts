import { describe, expect, it } from 'vitest'
import { attach } from '../../src/contract/device.ts'
import { paramCount, safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { chain } from '../../src/streams/chain.ts'
import { readings } from '../../src/testing/bench.ts'
import { links } from './links.ts'

const lost = () => new InsituError('LINK_LOST', 'the connection closed', { port: '/dev/b' })

function setup() {
  const { toys, devices } = links(['a', 'b'])
  const both = attach(chain(devices[0], devices[1]))
  const theta = new Float64Array(paramCount(both.sheet)).fill(0.25)
  const block = { slots: 1, drive: { kind: 'track', data: Float64Array.of(1, 2), hold: 1 } } as const
  const safe = devices.map(({ sheet }) => [...safeTheta(sheet)])
  return { both, toys, theta, block, safe, stored: () => toys.map(({ stored }) => stored) }
}

describe('the state of a chain', () => {
  it.each(['snapshot', 'restore'] as const)(
    'pauses both when a machine is lost in a %s, and names it',
    async (call) => {
      const { both, toys, theta, block, safe, stored } = setup()
      await both.store(theta)
      const bytes = await both.state.snapshot()
      Object.assign(toys[1].state, { [call]: () => Promise.reject(lost()) })
      const failing = call === 'snapshot' ? both.state.snapshot() : both.state.restore(bytes, theta)
      const named = { code: 'LINK_LOST', port: '/dev/b', message: expect.stringContaining('machine b') }
      await expect(failing).rejects.toMatchObject(named)
      expect(stored()).toEqual(safe)
      await expect(readings(both, block)).rejects.toMatchObject(named)
      await both.store(theta)
      await expect(readings(both, block)).resolves.toHaveLength(2)
    },
  )

  it('pauses when the second does not take its half, and goes on when a whole one is restored', async () => {
    const { both, toys, theta, block, safe, stored } = setup()
    await both.store(theta)
    const wanted = await readings(both, block)
    const bytes = await both.state.snapshot()
    const { restore } = toys[1].state
    Object.assign(toys[1].state, { restore: () => Promise.reject(new InsituError('RECORD', 'not one of mine')) })
    await expect(both.state.restore(bytes, theta)).rejects.toMatchObject({ code: 'RECORD' })
    expect(stored()).toEqual(safe)
    await expect(readings(both, block)).rejects.toMatchObject({ code: 'RECORD' })
    Object.assign(toys[1].state, { restore })
    await both.state.restore(bytes, theta)
    expect(await readings(both, block)).toEqual(wanted)
  })

  it('leaves both as they are when the first refuses its half', async () => {
    const { both, toys, theta, block } = setup()
    await both.store(theta)
    const bytes = await both.state.snapshot()
    Object.assign(toys[0].state, { restore: () => Promise.reject(new InsituError('RECORD', 'not one of mine')) })
    await expect(both.state.restore(bytes, theta)).rejects.toMatchObject({ code: 'RECORD' })
    await both.store(theta)
    await expect(readings(both, block)).resolves.toHaveLength(2)
  })

  it('is paused after an abort between the halves', async () => {
    const { both, toys, theta, block, safe, stored } = setup()
    await both.store(theta)
    const bytes = await both.state.snapshot()
    const [abort, reason] = [new AbortController(), new Error('enough')]
    Object.assign(toys[1].state, {
      async restore() {
        abort.abort(reason)
        throw reason
      },
    })
    await expect(both.state.restore(bytes, theta, { signal: abort.signal })).rejects.toBe(reason)
    expect(stored()).toEqual(safe)
    await expect(readings(both, block)).rejects.toThrow('did not take its half')
  })
})
