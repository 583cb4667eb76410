import { describe, expect, it } from 'vitest'
import { checkLaws, type Factory, laws } from '../../src/testing/index.ts'
import * as broken from './broken-springs.ts'
import type { Springs, SpringsOptions } from './springs.ts'
import { Toy } from './toy.ts'

/** Laws that compare readings from before and after an abort. */
const ABORTED = [/^a call whose signal/, /^a call aborted in the queue/, /^a call aborted under way/]

/** Which laws catch which machine: all of them, so that a law that catches nothing else is seen to be needed. */
const cases: readonly (readonly [why: string, factory: Factory, caught: readonly RegExp[]])[] = [
  [
    'forgets the outputs beside local readings',
    () => new broken.OutputsForgotten(),
    [/^a block fills exactly slots x parameters/, /^a block read with its local/],
  ],
  ['writes beyond the local readings', () => new broken.LocalSpill(), [/^a block fills exactly slots x parameters/]],
  ['reads otherwise with local readings', () => new broken.Disturbing(), [/^a block read with its local/]],
  [
    'takes local readings without the load',
    () => new broken.LoadForgotten(),
    [/^a block read with its local/, /^local readings with and without/],
  ],
  ['has deaf gauges', () => new broken.DeafGauges(), [/^local readings answer/, /^local readings with and without/]],
  ['reads beyond its range', broken.narrowGauges, [/^local readings lie within/]],
  ['has louder gauges than it says', broken.loudGauges, [/^local readings carry/, ...ABORTED]],
  ['has quieter gauges than it says', broken.quietGauges, [/^local readings carry/]],
  [
    'takes one local reading a block',
    () => new broken.OneShot(),
    [/^the local readings of a block of 2n/, /^the local readings of a block cut/, /^local readings with and without/],
  ],
  [
    'finds none of its markers',
    () => new broken.Blindfolded(),
    [
      /^local readings answer/,
      /^local readings lie within/,
      /^local readings carry/,
      /^the local readings of a block of 2n/,
      /^the local readings of a block cut/,
      /^local readings with and without/,
    ],
  ],
  ['sees only what moves', () => new broken.SeesMotion(), [/^local readings carry/]],
  ['takes no pictures of short blocks', () => new broken.SlowCamera(), [/^the local readings of a block cut/]],
  [
    'has too short a film',
    () => new broken.ShortFilm(),
    [/^the local readings of a block of 2n/, /^the local readings of a block cut/],
  ],
  [
    'has too short a film, loses readings and is noisy as no seed repeats',
    fresh((options) => new broken.ShortFilm(options)),
    [/^the local readings of a block of 2n/, /^the local readings of a block cut/],
  ],
  [
    'takes one local reading a block, loses some and is noisy as no seed repeats',
    fresh((options) => new broken.OneShot(options)),
    [
      /^local readings carry/,
      /^the local readings of a block of 2n/,
      /^the local readings of a block cut/,
      /^local readings with and without/,
    ],
  ],
  ['lists local readings backwards', () => new broken.Backwards(), [/^local readings with and without/]],
  ['reads 3 % too much', () => new broken.Miscalibrated(), [/^local readings with and without/]],
  ['reads energies', () => new broken.Squared(), [/^local readings with and without/]],
  ['pushes where it should pull', () => new broken.Pushes(), [/^local readings with and without/]],
  ['weighs something itself', () => new broken.Heavy(), [/^no load reads as a zero load/]],
  ['keeps its load', () => new broken.Sticky(), [/^a load does not outlive/, /^a call aborted under way/]],
  [
    'ignores the hold of a load',
    () => new broken.IgnoresLoadHold(),
    [/^a held load/, /^a block with a load, cut/, /^the local readings of a block cut/],
  ],
  [
    'loads slowly',
    () => new broken.SlowLoad(),
    [
      /^a block of 2n with a load/,
      /^a block with a load, cut/,
      /^the local readings of a block cut/,
      /^a load on one output/,
    ],
  ],
  [
    'spreads loads evenly',
    () => new broken.EvenLoad(),
    [/^a block with a load, cut/, /^the local readings of a block cut/],
  ],
  ['does not stop holding a load', () => new broken.StubbornLoad(), [/^a call aborted under way/]],
  ['does not stop taking local readings', () => new broken.StubbornCamera(), [/^a call aborted under way/]],
  ['leaves the load of an aborted call on', () => new broken.LoadLeft(), [/^a call aborted under way/]],
  ['takes late pictures for the next', () => new broken.LatePictures(), [/^a call aborted under way/]],
  ['cannot hold what it states', () => new broken.Weak(), [/^a load outside its limits/]],
  ['holds nothing', () => new broken.Frameless(), [/^a load moves/, /^local readings with and without/]],
  ['loads one output through another', () => new broken.OneSided(), [/^a load on one output/]],
  [
    'holds a load too early',
    () => new broken.HastyLoad(),
    [/^overlapping calls/, /^a block read with its local/, /^local readings answer/, /^no load reads/],
  ],
]

/** Readings lost at random, and noise that no seed repeats. */
function fresh(make: (options: SpringsOptions) => Springs): Factory {
  let seed = 0
  return () => make({ lost: 0.3, noise: 4e-6, repeatable: false, seed: ++seed })
}

describe('laws of local readings and loads catch what they are meant to catch', () => {
  it.each(cases)('springs that %s', async (_, factory, caught) => {
    const verdicts = await checkLaws(factory)
    const seen = verdicts.filter(({ outcome }) => outcome === 'broken')
    const meant = laws.filter(({ name }) => caught.some((law) => law.test(name)))
    expect(meant).toHaveLength(caught.length)
    expect(seen.map(({ law }) => law).sort()).toEqual(meant.map(({ name }) => name).sort())
    for (const { error } of seen) expect(String(error)).toMatch(/expected .*; saw /s)
  })

  it('leaves no law without a machine it catches, but those that attach keeps for every machine', async () => {
    const verdicts = await checkLaws(() => new Toy())
    const own = verdicts.filter(({ reason }) => reason?.match(/no (local|adjoint) facet/)).map(({ law }) => law)
    const idle = own.filter((law) => cases.every(([, , caught]) => caught.every((name) => !name.test(law))))
    expect(own.length).toBeGreaterThan(10)
    expect(idle).toEqual([
      'an array of the wrong length for local readings is refused, naming both lengths',
      'a load of the wrong length is refused, naming both lengths',
    ])
  })
})
