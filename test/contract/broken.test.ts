import { describe, expect, it } from 'vitest'
import type { DataSheet } from '../../src/contract/sheet.ts'
import type { Factory, Verdict } from '../../src/testing/index.ts'
import { Bench, checkLaws, contract, LawBroken, laws } from '../../src/testing/index.ts'
import * as broken from './broken.ts'
import { Toy, type ToyOptions } from './toy.ts'

/** Why laws are skipped whose machines are in files of their own, such as `broken-springs.ts`. */
const OTHERS = /no (local|adjoint|echo|taps|patterns) facet/

/** Which law is meant to catch which machine. */
const cases: readonly (readonly [why: string, factory: Factory, law: RegExp])[] = [
  ['leaves a reading unwritten', () => new broken.ShortFill(), /fills exactly/],
  ['writes beyond the readings', () => new broken.LongFill(), /fills exactly/],
  ['gives the wrong receipt', () => new broken.StaleReceipt(), /fills exactly/],
  ['answers the same always', () => new broken.Deaf(), /answer to the parameters/],
  ['keeps its first parameters', () => new broken.FirstOnly(), /answer to the parameters/],
  ['keeps the perturbation', () => new broken.Leaking(), /outlive/],
  ['shifts with any delta', () => new broken.Shifted(), /zero delta/],
  ['clips in silence', () => new broken.SilentClip(), /store\(theta \+ delta\)/],
  ['mirrors sign bits', () => new broken.MirroredSigns(), /signs read/],
  ['ignores the hold of the drive', () => new broken.IgnoresDriveHold(), /repeated rows/],
  ['ignores the hold of the delta', () => new broken.IgnoresDeltaHold(), /repeated rows/],
  ['warms up with every block', () => new broken.WarmUp(), /^a block of 2n reads/],
  ['warms up with every exchange', () => new broken.WarmUp(), /^a block cut into exchanges/],
  ['states more slots than it takes', () => new broken.Boastful(), /maxSlots slots/],
  ['starts codes one late', () => new broken.LateCode(), /^random codes/],
  ['starts codes one late', () => new broken.LateCode(), /^sequential codes/],
  ['forgets opposite pairs', () => new broken.Unpaired(), /^walsh codes/],
  ['counts codes in 16 bits', () => new broken.ShortCounter(), /^random codes/],
  ['computes its own sine', () => new broken.RealSine(), /^sinusoid codes/],
  ['does not negate Walsh cycles', () => new broken.NeverNegated(), /^walsh codes/],
  ['applies with the wrong sign', () => new broken.WrongApply(), /^applying random/],
  ['applies with the wrong sign, in steps', () => new broken.WrongApply({ step: 2 ** -9 }), /^applying walsh/],
  ['reports stale parameters', () => new broken.StaleApply(), /^applying sinusoid/],
  ['learns with a stale baseline', () => new broken.StaleBaseline(), /^learning on board with random/],
  ['normalises twice', () => new broken.OtherNormalisation({ step: 2 ** -12 }), /^learning on board with walsh/],
  ['learns with one amplitude', () => new broken.OneAmplitude(), /^learning on board with sequential/],
  ['forgets its clock', () => new broken.Forgetful(), /snapshot/],
  ['says stored too early', () => new broken.Hasty(), /overlapping/],
  ['finishes what was aborted', () => new broken.Stubborn(), /aborted under way/],
  ['hides the reason', () => new broken.OwnReason(), /aborted under way/],
  ['takes a late reply for the next', () => new broken.LateReply(), /aborted under way/],
  ['jams after an abort', () => new broken.Jammed(), /aborted under way/],
  ['cannot be closed twice', () => new broken.Brittle(), /disposing twice/],
  ['has a sheet that can be changed', broken.thawed, /complete and frozen/],
  ['has an unknown unit', broken.misdescribed(({ drive }) => ({ drive: { ...drive, unit: 'volts!' } })), /units/],
  ['reads finer than its step', broken.misdescribed(withStep('sense', 0.5)), /stated step/],
  ['reads beyond its range', broken.misdescribed(({ sense }) => ({ sense: { ...sense, max: 0.01 } })), /stated range/],
  ['resolves more than it says', broken.misdescribed(withStep('drive', 0.125)), /resolved/],
  ['is slower than it says', () => new broken.Slow(), /slotSeconds/],
  ['is noisier than it says', broken.misdescribed(withNoise(0), { noise: 0.01 }), /stated noise/],
  ['is quieter than it says', broken.misdescribed(withNoise(0.02), { noise: 0.01 }), /stated noise/],
  ['is not repeatable', unseeded, /^a block of 2n reads|zero delta/],
  ['keeps the perturbation, under noise', () => new broken.Leaking(bench()), /outlive/],
  ['mirrors sign bits, under noise', () => new broken.MirroredSigns(bench()), /signs read/],
  ['starts codes one late, under noise', () => new broken.LateCode(bench()), /^walsh codes/],
  ['warms up with every block, under noise', () => new broken.WarmUp(bench()), /^a block of 2n reads/],
  ['warms up with every exchange, under noise', () => new broken.WarmUp(bench()), /^a block cut into exchanges/],
  ['normalises twice, under noise', () => new broken.OtherNormalisation(bench()), /with sequential codes is the host/],
]

function withStep(port: 'drive' | 'sense', step: number) {
  return (sheet: DataSheet): Partial<DataSheet> => ({ [port]: { ...sheet[port], step } })
}

function withNoise(noise: number) {
  return ({ sense }: DataSheet): Partial<DataSheet> => ({ sense: { ...sense, noise } })
}

let seed = 0

/** Noise that no seed repeats: what is compared are means. */
function bench(): ToyOptions {
  return { noise: 1e-3, repeatable: false, seed: ++seed }
}

function unseeded(): Toy {
  return new Toy({ noise: 1e-3, seed: ++seed })
}

function of(verdicts: readonly Verdict[], outcome: Verdict['outcome']): readonly Verdict[] {
  return verdicts.filter((verdict) => verdict.outcome === outcome)
}

describe('laws catch what they are meant to catch', () => {
  it.each(cases)('a machine that %s', async (_, factory, law) => {
    const bench = await Bench.open(factory)
    const meant = laws.filter(({ name }) => law.test(name))
    expect(meant).not.toEqual([])
    const seen = await Promise.all(meant.map(({ check }) => check(bench).then(() => 'kept', String)))
    expect(seen).toContainEqual(expect.stringMatching(/expected .*; saw |full|jammed|already closed/s))
  })

  it('finds nothing wrong with the toy these are made from', async () => {
    const verdicts = await checkLaws(() => new Toy({ step: 2 ** -9, delay: 1 }))
    expect(of(verdicts, 'broken')).toEqual([])
    expect(of(verdicts, 'skipped').filter(({ reason = '' }) => !OTHERS.test(reason))).toEqual([])
  })
})

describe('verdicts', () => {
  it('say what was expected and what was seen', async () => {
    const [verdict] = of(await checkLaws(() => new broken.WrongApply()), 'broken')
    expect(verdict.error).toBeInstanceOf(LawBroken)
    expect(String(verdict.error)).toMatch(
      /expected theta\[0\] \(w\) = \S+ V within \S+ after applying random codes; saw \S+/,
    )
  })

  it('carry the reason of a skip, stated by the machine or by the author', async () => {
    const { codes: _, learn: __, state: ___, ...rest } = new Toy()
    const bare = () => {
      const toy = new Toy()
      return {
        ...rest,
        store: toy.store.bind(toy),
        measure: toy.measure.bind(toy),
        [Symbol.asyncDispose]: () => toy[Symbol.asyncDispose](),
      }
    }
    const name = 'a restored snapshot is where the machine was'
    const verdicts = await checkLaws(bare)
    expect(of(verdicts, 'broken')).toEqual([])
    expect(verdicts.find((v) => v.law === name)?.reason).toBe('the machine has no state facet')
    const skipping = await checkLaws(() => new Toy(), { skip: { [name]: 'not on a Tuesday' } })
    expect(skipping.find((v) => v.law === name)).toEqual({ law: name, outcome: 'skipped', reason: 'not on a Tuesday' })
  })

  it('refuse a skip without a reason and a law that does not exist', async () => {
    await expect(checkLaws(() => new Toy(), { skip: { 'no such law': 'x' } })).rejects.toThrow(/there is no law/)
    const skip = { 'a restored snapshot is where the machine was': ' ' }
    await expect(checkLaws(() => new Toy(), { skip })).rejects.toThrow(/without a reason/)
  })
})

describe('contract', () => {
  /** As little of a runner as there can be; nothing of vitest reaches the suite. */
  async function run(factory: Factory) {
    const tests: [string, (context: { skip(reason?: string): void }) => Promise<void>][] = []
    const ends: (() => Promise<void>)[] = []
    const notes: string[] = []
    const runner = {
      describe: (name: string, body: () => void) => {
        notes.push(name)
        body()
      },
      it: (...test: (typeof tests)[number]) => tests.push(test),
      afterAll: (body: () => Promise<void>) => ends.push(body),
    }
    const mine = (reason = '') => !OTHERS.test(reason)
    contract('a toy', factory, runner, {
      skipped: (law, reason) => mine(reason) && notes.push(`${law}: ${reason}`),
    })
    const failed: string[] = []
    const skipped: (string | undefined)[] = []
    for (const [name, body] of tests) {
      await body({ skip: (reason) => mine(reason) && skipped.push(reason) }).catch((error: unknown) =>
        failed.push(`${name}: ${error}`),
      )
    }
    for (const end of ends) await end()
    return { tests: tests.map(([name]) => name), failed, skipped, notes }
  }

  it('makes one test per law for any runner, and tells of skips', async () => {
    const { tests, failed, skipped, notes } = await run(() => new Toy())
    expect(tests).toEqual(laws.map(({ name }) => name))
    expect(failed).toEqual([])
    expect(skipped).toEqual(['the machine states no steps'])
    expect(notes).toEqual([
      'a toy',
      'parameters and drive are resolved to the stated step: the machine states no steps',
    ])
  })

  it('fails the test of the law that is broken', async () => {
    const { failed } = await run(() => new broken.Unpaired())
    expect(failed).toContainEqual(
      expect.stringMatching(/^walsh codes .*LawBroken: expected walsh code opposite, hold 2, from 3/),
    )
  })

  it('closes every machine it opened', async () => {
    const open = new Set<Toy>()
    class Counted extends Toy {
      constructor() {
        super()
        open.add(this)
      }
      override async [Symbol.asyncDispose](): Promise<void> {
        open.delete(this)
      }
    }
    await run(() => new Counted())
    expect(open.size).toBe(0)
  })

  it('fails every test when no machine can be opened', async () => {
    const { tests, failed } = await run(() => Promise.reject(new Error('nothing on this port')))
    expect(failed).toHaveLength(tests.length)
    expect(failed[0]).toContain('nothing on this port')
  })
})
