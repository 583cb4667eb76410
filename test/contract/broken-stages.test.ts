import { afterAll, describe, expect, it } from 'vitest'
import { checkLaws, contract, type Factory, laws } from '../../src/testing/index.ts'
import * as broken from './broken-stages.ts'
import { Stages, type StagesOptions } from './stages.ts'
import { Toy } from './toy.ts'

const runner = { describe, it, afterAll }

/** Noise that no seed repeats, and readings lost at random. */
function fresh(make: (options: StagesOptions) => Stages): Factory {
  let seed = 0
  return () => make({ lost: 0.2, noise: 1e-3, repeatable: false, seed: ++seed })
}

contract('stages that take their time', () => new Stages({ delay: 1 }), runner)
contract(
  'stages with steps, noise and lost readings',
  () => new Stages({ stepped: true, noise: 1e-3, lost: 0.3 }),
  runner,
)
contract(
  'stages that lose readings, noise that no seed repeats',
  fresh((options) => new Stages(options)),
  runner,
  { repeats: 16 },
)

const fill = /^a block fills exactly slots x all/
const outputs = /^a block read between its layers/
const answers = /^every layer answers/
const port = /^readings between layers lie within/
const noise = /^readings between layers carry/
const stored = /^readings between layers of store/
const signs = /^readings between layers under signs/
const hold = /^readings between layers of held rows/
const halves = /^readings between layers of a block of 2n/
const cut = /^readings between layers of a block cut/
const restored = /^a restored snapshot is/
const aborted = /^a call aborted under way/
/** Laws that compare readings from before and after an abort. */
const compared = [/^a call whose signal/, /^a call aborted in the queue/, aborted]

/** Which laws catch which machine: all of them, so that a law that catches nothing else is seen to be needed. */
const cases: readonly (readonly [why: string, factory: Factory, caught: readonly RegExp[]])[] = [
  ['forget the outputs', () => new broken.OutputsForgotten(), [fill, outputs]],
  ['read one layer only', () => new broken.OneLayer(), [fill, answers]],
  ['write beyond the readings', () => new broken.Spill(), [fill]],
  ['read otherwise with probes on', () => new broken.Disturbing(), [outputs]],
  ['keep a charge', () => new broken.Charging(), [outputs]],
  ['have a deaf layer', () => new broken.DeafLayer(), [answers]],
  ['give their inputs', () => new broken.InputsOnly(), [answers]],
  ['find nothing in a layer', () => new broken.Blind(), [answers, port, noise, stored, signs, hold, halves, cut]],
  ['read beyond their range', broken.narrow, [port]],
  ['read finer than they say', broken.fine, [port]],
  ['are louder than they say', broken.loud, [noise, ...compared]],
  ['are quieter than they say', broken.quiet, [noise]],
  ['read without the perturbation', () => new broken.Unperturbed(), [answers, stored]],
  ['mirror sign bits', () => new broken.Mirrored(), [signs]],
  ['ignore the hold of the drive', () => new broken.IgnoresHold(), [hold, cut]],
  ['are read once a block', () => new broken.OneShot(), [halves, cut]],
  ['settle in every block', () => new broken.Settling(), [noise, halves, cut]],
  ['have a short memory', () => new broken.ShortMemory(), [signs, cut]],
  ['forget their charge', () => new broken.Forgetful(), [restored]],
  ['do not stop reading', () => new broken.Stubborn(), [aborted]],
  ['take late readings for the next', () => new broken.LateReadings(), [aborted]],
  [
    'settle in every block, under noise that no seed repeats',
    fresh((options) => new broken.Settling(options)),
    [noise, halves, cut],
  ],
]

/** The laws at stake: those of the facet, of snapshots and of aborts. Without probes all these machines are what they should be. */
const atStake = /layers?\b|slots x all|abort|signal has fired|a restored snapshot is/
const skip = Object.fromEntries(
  laws.filter(({ name }) => !atStake.test(name)).map(({ name }) => [name, 'it is not about readings between layers']),
)

describe('laws of readings between layers catch what they are meant to catch', () => {
  it.each(cases)('stages that %s', async (_, factory, caught) => {
    const verdicts = await checkLaws(factory, { skip, repeats: 32 })
    const seen = verdicts.filter(({ outcome }) => outcome === 'broken')
    const meant = laws.filter(({ name }) => caught.some((law) => law.test(name)))
    expect(meant).toHaveLength(caught.length)
    expect(seen.map(({ law }) => law).sort()).toEqual(meant.map(({ name }) => name).sort())
    for (const { error } of seen) expect(String(error)).toMatch(/expected .*; saw /s)
  })

  it('leaves no law without a machine it catches, but the one that attach keeps for every machine', async () => {
    const verdicts = await checkLaws(() => new Toy())
    const own = verdicts.filter(({ reason }) => reason?.match(/no taps facet/)).map(({ law }) => law)
    const idle = own.filter((law) => cases.every(([, , caught]) => caught.every((name) => !name.test(law))))
    expect(own).toHaveLength(11)
    expect(idle).toEqual([
      'an array of the wrong length for readings between layers is refused, naming both lengths; a load and a NaN are refused',
    ])
  })
})
