import {
  EMPTY,
  from,
  interval,
  lastValueFrom,
  map,
  type Observable,
  of,
  repeat,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { InsituError } from '../../src/errors.ts'
import { type Passed, through } from '../../src/streams/through.ts'
import { readings } from '../../src/testing/bench.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { Toy } from '../contract/toy.ts'

/** Notes how many exchanges run at once and what became of their signals. */
class Watched extends Toy {
  now = 0
  most = 0
  aborted: unknown
  fault: Error | undefined
  override async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    this.most = Math.max(this.most, ++this.now)
    const note = () => {
      this.aborted = opts?.signal?.reason
    }
    opts?.signal?.addEventListener('abort', note)
    try {
      const { fault } = this
      this.fault = undefined
      if (fault !== undefined) throw fault
      return await super.measure(block, into, opts)
    } finally {
      opts?.signal?.removeEventListener('abort', note)
      this.now--
    }
  }
}

async function machine(delay = 0) {
  const toy = new Watched({ delay })
  const device = attach(toy)
  await device.store(new Inputs(toy.sheet, 1, 0.1).theta())
  return { toy, device }
}

function blocks(count: number): Block[] {
  const inputs = new Inputs(new Toy().sheet, 2, 0.1)
  return Array.from({ length: count }, (_, n) => ({ slots: n + 1, drive: inputs.drive(n + 1) }))
}

const all = (stream: Observable<Passed>) => lastValueFrom(stream.pipe(toArray()))

describe('through', () => {
  it('gives the readings of every block, in order, one in flight', async () => {
    const { toy, device } = await machine(2)
    const sent = blocks(6)
    const passed = await all(from(sent).pipe(through(device)))
    expect(toy.most).toBe(1)
    expect(passed.map(({ block }) => block)).toEqual(sent)
    for (const [n, result] of passed.entries()) {
      if (result.kind !== 'readings') throw result.error
      expect(result.readings).toEqual(await readings(device, sent[n]))
      expect(result.receipt.slots).toBe(n + 1)
    }
  })

  it('completes on an empty source and after a source that ended early', async () => {
    const { device } = await machine()
    expect(await all(EMPTY.pipe(through(device)))).toEqual([])
    expect(await all(of(blocks(1)[0]).pipe(through(device)))).toHaveLength(1)
  })

  it('ends with OVERRUN when more wait than the depth allows, naming the limit', async () => {
    const { device } = await machine(20)
    const burst = all(from(blocks(6)).pipe(through(device, { depth: 3 })))
    await expect(burst).rejects.toMatchObject({ code: 'OVERRUN', message: expect.stringContaining('depth limit is 3') })
    await expect(all(from(blocks(4)).pipe(through(device, { depth: 3 })))).resolves.toHaveLength(4)
  })

  it('stops a source that would never pause', async () => {
    const { device } = await machine(5)
    await expect(all(of(blocks(1)[0]).pipe(repeat(), through(device)))).rejects.toMatchObject({ code: 'OVERRUN' })
  })

  it('keeps pace with a source that the machine can follow', async () => {
    const { device } = await machine()
    const [block] = blocks(1)
    const paced = interval(1).pipe(
      take(20),
      map(() => block),
    )
    expect(await all(paced.pipe(through(device, { depth: 1 })))).toHaveLength(20)
  })

  it('passes faults of the machine on as values and goes on', async () => {
    const { toy, device } = await machine()
    toy.fault = new InsituError('TIMEOUT', 'no answer')
    const passed = await all(from(blocks(3)).pipe(through(device)))
    expect(passed.map(({ kind }) => kind)).toEqual(['fault', 'readings', 'readings'])
    expect(passed[0]).toMatchObject({ error: { code: 'TIMEOUT' } })
  })

  it('passes a block the machine refuses on as a fault', async () => {
    const { device } = await machine()
    const [good] = blocks(1)
    const bad = { ...good, drive: { ...good.drive, data: new Float64Array(2) } }
    const passed = await all(of(bad, good).pipe(through(device)))
    expect(passed).toMatchObject([{ kind: 'fault', error: { code: 'SHAPE' } }, { kind: 'readings' }])
  })

  it('ends with any other error, which is a mistake in the program', async () => {
    const { toy, device } = await machine()
    toy.fault = new TypeError('not a function')
    await expect(all(from(blocks(3)).pipe(through(device)))).rejects.toThrow(TypeError)
  })

  it('passes on the error of its source', async () => {
    const { device } = await machine()
    await expect(all(throwError(() => new Error('no signal')).pipe(through(device)))).rejects.toThrow('no signal')
  })

  it('aborts the block in flight when its reader leaves, and leaves the machine working', async () => {
    const { toy, device } = await machine(50)
    const source = new Subject<Block>()
    const seen: Passed[] = []
    const reader = source.pipe(through(device)).subscribe((passed) => seen.push(passed))
    const [first, second] = blocks(2)
    source.next(first)
    source.next(second)
    reader.unsubscribe()
    expect(toy.aborted).toMatchObject({ code: 'DISPOSED' })
    expect(await readings(device, first)).toHaveLength(2)
    expect(seen).toEqual([])
    expect(toy.calls.filter((call) => call === 'measure')).toHaveLength(2)
  })
})
