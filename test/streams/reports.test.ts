import { share, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { reports } from '../../src/streams/reports.ts'

/** Counts up, and tells how far it came and whether it was ended in order. */
function counter(limit: number, failAt = -1) {
  const seen = { started: 0, closed: false }
  async function* loop(): AsyncGenerator<number, void> {
    try {
      for (let n = 1; n <= limit; n++) {
        seen.started = n
        await Promise.resolve()
        if (n === failAt) throw new Error('the loop broke')
        yield n
      }
    } finally {
      seen.closed = true
    }
  }
  return { seen, loop: loop() }
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve))

function collected<T>(source: ReturnType<typeof reports<T>>): Promise<T[]> {
  return new Promise((resolve, reject) => source.pipe(toArray()).subscribe({ next: resolve, error: reject }))
}

describe('reports', () => {
  it('passes on every report and completes with the loop', async () => {
    const { seen, loop } = counter(5)
    expect(await collected(reports(loop))).toEqual([1, 2, 3, 4, 5])
    expect(seen.closed).toBe(true)
  })

  it('starts the loop with the subscription, not before', async () => {
    const { seen, loop } = counter(5)
    const source = reports(loop)
    await turn()
    expect(seen.started).toBe(0)
    await collected(source)
    expect(seen.started).toBe(5)
  })

  it('passes on the error of the loop', async () => {
    await expect(collected(reports(counter(5, 3).loop))).rejects.toThrow('the loop broke')
  })

  it('ends the loop after the step under way when its reader leaves', async () => {
    const { seen, loop } = counter(1000)
    const got = await new Promise<number[]>((resolve) => reports(loop).pipe(take(3), toArray()).subscribe(resolve))
    expect(got).toEqual([1, 2, 3])
    await turn()
    expect(seen.closed).toBe(true)
    expect(seen.started).toBeLessThanOrEqual(4)
  })

  it('serves several readers from one run when shared', async () => {
    const { seen, loop } = counter(3)
    const shared = reports(loop).pipe(share())
    const [a, b] = await Promise.all([collected(shared), collected(shared)])
    expect([a, b]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(seen.started).toBe(3)
  })
})
