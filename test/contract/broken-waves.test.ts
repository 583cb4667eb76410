import { describe, expect, it } from 'vitest'
import { Bench, checkLaws, laws } from '../../src/testing/index.ts'
import * as broken from './broken-waves.ts'
import { Toy } from './toy.ts'
import { Waves, type WavesOptions } from './waves.ts'

const FILL = /^a flight fills frames/
const SLOT = /^a flight of one frame reads/
const PREFIX = /^a frame reads the same/
const ORDER = /^the frames of a drive/
const CLIPPED = /^attached with clipping, drives and injections/
const NO_DECAY = /^a machine without a learning field/
const ONCE = /^a flight is echoed once/
const BUSY = /^a machine with a wave in flight/
const REFUSED = /^an injection of a wrong length/
const ABORTED = /^a launch or an echo aborted under way/
const RETURNED = /^an echo without an injection/
const ANSWERS = /^what comes back answers/
const SETTLED = /^an echo without a decay/
const TRACELESS = /^a dropped flight/
const BOTH = /^both echoes/
const RESTORED = /^a restored snapshot takes back/
const ACTIONS = /^the actions of two opposite echoes/
const CONJUGATES = /^the conjugates of two opposite echoes/
const LEARNING = /^echoes that decay/

const learning: WavesOptions = { learning: 1 }

/** Which laws of echoes catch which machine: all of them, so that a law that catches nothing else is seen to be needed. */
const cases: readonly (readonly [why: string, make: () => Waves, caught: readonly RegExp[]])[] = [
  ['injects the other way round', () => new broken.Pushes(learning), [ACTIONS, CONJUGATES, LEARNING]],
  ['injects on momenta the other way round', () => new broken.PushesMomenta(), [ACTIONS, CONJUGATES]],
  ['injects from the first frame on', () => new broken.InjectsForwards(learning), [ACTIONS, CONJUGATES, LEARNING]],
  ['injects means', () => new broken.InjectsMeans(), [ORDER, ACTIONS, CONJUGATES]],
  ['sends in the last frame first', () => new broken.Backwards(), [PREFIX, RETURNED, CONJUGATES]],
  ['reads the last frame first', () => new broken.ReadsBackwards(learning), [PREFIX, ACTIONS, CONJUGATES, LEARNING]],
  [
    'reverberates',
    () => new broken.Reverberates(),
    [NO_DECAY, ONCE, ABORTED, TRACELESS, RESTORED, ACTIONS, CONJUGATES],
  ],
  ['drops a flight half way', () => new broken.DropsHalfWay(learning), [ORDER, ONCE, TRACELESS, CONJUGATES]],
  ['pretends that all came back', () => new broken.Pretends(), [ANSWERS]],
  [
    'moves parameters without a decay',
    () => new broken.AlwaysDecays(learning),
    [REFUSED, ONCE, BUSY, ABORTED, SETTLED, BOTH, ACTIONS, CONJUGATES],
  ],
  ['climbs up', () => new broken.ClimbsUp(learning), [LEARNING]],
  ['takes a mirrored decay for a plain one', () => new broken.NeverMirrors(learning), [LEARNING]],
  ['does not learn', () => new broken.Stuck(learning), [LEARNING]],
  ['misstates its gain', () => new broken.Misstated(learning), [LEARNING]],
  ['misstates its bracket', () => new broken.MisstatesBracket({ learning: 0.5 }), [LEARNING]],
  ['reads actions of the way out', () => new broken.OutwardActions(), [ACTIONS]],
  ['reads mean actions', () => new broken.MeanActions(), [ACTIONS]],
  ['reads no actions on the way back', () => new broken.NoActionsBack(), [FILL, RETURNED, ACTIONS]],
  ['counts an echo as one slot', () => new broken.CountsOnce(), [FILL]],
  ['gives conjugates of momenta the other sign', () => new broken.WrongConjugates(), [CONJUGATES]],
  ['lists conjugates from the last frame on', () => new broken.ConjugatesBackwards(), [CONJUGATES]],
  ['leaves the drive in the field', () => new broken.LeavesDrive(), [RETURNED, ACTIONS, CONJUGATES]],
  ['turns positions around', () => new broken.TurnsPositions(), [RETURNED, ACTIONS, CONJUGATES]],
  ['has a dull mirror', () => new broken.DullMirror(), [RETURNED, ACTIONS]],
  ['has friction it does not state', () => new Waves({ loss: 1e-3 }), [RETURNED, ACTIONS, CONJUGATES]],
  ['launches from another rest', () => new broken.OtherStart(), [SLOT]],
  ['wears out', () => new broken.Wears(learning), [RESTORED]],
  ['injects twice the same', () => new broken.TwiceTheSame(), [BOTH]],
  ['cannot inject what it states', () => new broken.Weak(), [CLIPPED]],
  ['does not stop an echo', () => new broken.StubbornEcho(), [ABORTED]],
  ['does not stop a launch', () => new broken.StubbornLaunch(), [ABORTED]],
  ['is moved by an aborted echo', () => new broken.HalfEchoed(), [ABORTED]],
]

/** The laws of echoes, and reasons to leave out all others. */
async function parted() {
  const toy = await Bench.open(() => new Toy())
  const own = laws.filter((law) => law.unless?.(toy) === 'the machine has no echo facet').map(({ name }) => name)
  const others = laws.filter(({ name }) => !own.includes(name))
  return { own, skip: Object.fromEntries(others.map(({ name }) => [name, 'it is not about echoes'])) }
}

describe('laws of echoes catch what they are meant to catch', () => {
  const echoLaws = parted()

  it.each(cases)('a machine that %s', async (_, make, caught) => {
    const verdicts = await checkLaws(make, { skip: (await echoLaws).skip })
    const seen = verdicts.filter(({ outcome }) => outcome === 'broken')
    const meant = laws.filter(({ name }) => caught.some((law) => law.test(name)))
    expect(meant).toHaveLength(caught.length)
    expect(seen.map(({ law }) => law).sort()).toEqual(meant.map(({ name }) => name).sort())
  })

  it('leaves no law without a machine it catches, but those that attach keeps for every machine', async () => {
    const { own } = await echoLaws
    const idle = own.filter((law) => cases.every(([, , caught]) => caught.every((name) => !name.test(law))))
    expect(own.length).toBeGreaterThan(20)
    expect(idle).toEqual([
      'a drive of a wrong length, beyond its limits or not a number is not sent in',
      'a launch or an echo whose signal has fired rejects with its reason; the flight stays open',
      'a machine disposed with a wave in flight drops it and closes',
    ])
  })
})
