import { describe, expect, it } from 'vitest'
import { Gate } from '../../src/contract/gate.ts'
import { InsituError } from '../../src/errors.ts'

/** A call that ends when it is told to. */
function held(log: string[], name: string) {
  let release: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    release = resolve
  })
  const call = async () => {
    log.push(`${name} in`)
    await done
    log.push(`${name} out`)
    return name
  }
  return { call, release }
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve))

describe('gate', () => {
  it('starts a call at once when idle, and again after the one before was awaited', async () => {
    const gate = new Gate('toy')
    for (let n = 0; n < 3; n++) {
      let started = false
      const call = gate.run(async () => {
        started = true
      })
      expect(started).toBe(true)
      await call
    }
  })

  it('lets one call in at a time, in call order', async () => {
    const gate = new Gate('toy')
    const log: string[] = []
    const [a, b, c] = ['a', 'b', 'c'].map((name) => held(log, name))
    const calls = [a, b, c].map(({ call }) => gate.run(call))
    c.release()
    b.release()
    await turn()
    expect(log).toEqual(['a in'])
    a.release()
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c'])
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  })

  it('goes on after a call that failed or threw', async () => {
    const gate = new Gate('toy')
    const failing = gate.run(() => Promise.reject(new Error('one')))
    const throwing = gate.run(() => {
      throw new Error('two')
    })
    const after = gate.run(async () => 'three')
    await expect(failing).rejects.toThrow('one')
    await expect(throwing).rejects.toThrow('two')
    await expect(after).resolves.toBe('three')
    const idle = gate.run(() => {
      throw new Error('four')
    })
    await expect(idle).rejects.toThrow('four')
  })

  it('rejects a waiting call as soon as its signal fires and never starts it', async () => {
    const gate = new Gate('toy')
    const log: string[] = []
    const first = held(log, 'first')
    const running = gate.run(first.call)
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const waiting = gate.run(held(log, 'waiting').call, controller.signal)
    const last = held(log, 'last')
    const after = gate.run(last.call)
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(log).toEqual(['first in'])
    first.release()
    last.release()
    await Promise.all([running, after])
    expect(log).toEqual(['first in', 'first out', 'last in', 'last out'])
  })

  it('leaves a call that has started to its own signal handling', async () => {
    const gate = new Gate('toy')
    const log: string[] = []
    const [first, second] = [held(log, 'first'), held(log, 'second')]
    const controller = new AbortController()
    const running = gate.run(first.call)
    const next = gate.run(second.call, controller.signal)
    first.release()
    await running
    await turn()
    controller.abort(new Error('too late for the gate'))
    second.release()
    await expect(next).resolves.toBe('second')
  })

  it('refuses waiting and new calls once closed, after the call under way', async () => {
    const gate = new Gate('toy')
    const log: string[] = []
    const first = held(log, 'first')
    const running = gate.run(first.call).finally(() => log.push('settled'))
    const waiting = gate.run(held(log, 'waiting').call)
    const closing = gate.close().then(() => log.push('closed'))
    await expect(gate.run(async () => 1)).rejects.toMatchObject({ code: 'DISPOSED' })
    first.release()
    await expect(waiting).rejects.toMatchObject({ code: 'DISPOSED' })
    await Promise.all([running, closing])
    expect(log).toEqual(['first in', 'first out', 'settled', 'closed'])
  })

  describe('held between calls', () => {
    const refusal = () => new InsituError('BUSY', 'toy: held')

    it('refuses who waits and who comes, until the last call of the holder has settled; who comes then is served', async () => {
      const gate = new Gate('toy')
      const log: string[] = []
      const first = gate.run(async () => {
        gate.hold({ busy: refusal, drop: async () => {} })
        return 'holding'
      })
      const waiting = gate.run(held(log, 'waiting').call)
      await expect(first).resolves.toBe('holding')
      const last = held(log, 'last')
      // Before the refusal of the waiting call has come round.
      const leaving = gate.leave(last.call)
      const behind = held(log, 'behind')
      const after = gate.run(behind.call)
      behind.release()
      await expect(waiting).rejects.toMatchObject({ code: 'BUSY' })
      await turn()
      expect(log).toEqual(['last in'])
      last.release()
      expect(await Promise.all([leaving, after])).toEqual(['last', 'behind'])
      expect(log).toEqual(['last in', 'last out', 'behind in', 'behind out'])
    })

    it('refuses at once when nothing waits, and is free after a last call that failed', async () => {
      const gate = new Gate('toy')
      await gate.run(async () => gate.hold({ busy: refusal, drop: async () => {} }))
      await expect(gate.run(async () => 1)).rejects.toMatchObject({ code: 'BUSY' })
      await expect(gate.leave(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
      await expect(gate.run(async () => 1)).resolves.toBe(1)
    })

    it('asks the holder to leave before it is closed', async () => {
      const gate = new Gate('toy')
      const log: string[] = []
      const drop = () => gate.leave(async () => void log.push('dropped'))
      const launching = gate.run(async () => gate.hold({ busy: refusal, drop }))
      await gate.close().then(() => log.push('closed'))
      await launching
      expect(log).toEqual(['dropped', 'closed'])
    })
  })
})
