import { mgdChip } from '../../sim/index.ts'
import { attach, CheckedDevice, type Device } from '../../src/contract/device.ts'
import type { Facet, FacetsOf } from '../../src/contract/facets.ts'
import { requireFit } from '../../src/rules/fit.ts'
import { train } from '../../src/rules/train.ts'
import { chain } from '../../src/streams/chain.ts'
import { through } from '../../src/streams/through.ts'
import { bare, byName, lessons, ruleNeeding, withAll, withCodes, withEcho } from './machines.ts'

/** Checked by `npm run types` alone: every line under an expected error must fail to compile, every other must not. */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(..._: T[]): void => {}
const theta = new Float64Array(8)

// The facets of a backend's type are those it certainly has.
holds<Equal<FacetsOf<ReturnType<typeof bare>>, never>>()
holds<Equal<FacetsOf<ReturnType<typeof withCodes>>, 'codes'>>()
holds<Equal<FacetsOf<ReturnType<typeof withAll>>, 'codes' | 'learn' | 'state'>>()
holds<Equal<FacetsOf<ReturnType<typeof withEcho>>, 'echo'>>()
holds<Equal<FacetsOf<ReturnType<typeof byName>>, never>>()
holds<Equal<Facet, 'adjoint' | 'codes' | 'echo' | 'learn' | 'local' | 'state' | 'taps'>>()

// attach carries them over.
const plain: Device = attach(bare())
const coded: Device<'codes'> = attach(withCodes())
const full: Device<'codes' | 'learn' | 'state'> = attach(withAll())
const echoing: Device<'echo'> = attach(withEcho())
const opened: Device = attach(byName())
coded.codes.families satisfies readonly string[]
// @ts-expect-error a machine without the facet has no such property
plain.codes
// @ts-expect-error an optional facet does not count
opened.codes
// @ts-expect-error the device cannot be given facets it lacks
attach(bare()) satisfies Device<'codes'>
// @ts-expect-error nor by an annotation
const pretended: Device<'learn'> = attach(withCodes())

// More facets do for fewer.
full satisfies Device<'codes'>
coded satisfies Device

// A device is nominal: only attach makes one.
// @ts-expect-error a backend is not a device
bare() satisfies Device
// @ts-expect-error nor is an object with the same public members
const copied: Device = { sheet: plain.sheet, name: plain.name, store: plain.store, measure: plain.measure }
// @ts-expect-error and a backend must have all four members
attach({ sheet: plain.sheet })
// @ts-expect-error there are two policies
attach(bare(), { limits: 'ignore' })
;(plain instanceof CheckedDevice) satisfies boolean

// train takes what the rule needs and refuses the rest.
train(ruleNeeding(), plain, theta, lessons)
train(ruleNeeding('codes'), coded, theta, lessons)
train(ruleNeeding('learn', 'codes'), full, theta, lessons)
// @ts-expect-error an unattached backend
train(ruleNeeding(), bare(), theta, lessons)
// @ts-expect-error an unattached backend that has the facet
train(ruleNeeding('codes'), withCodes(), theta, lessons)
// @ts-expect-error the machine lacks codes
train(ruleNeeding('codes'), plain, theta, lessons)
// @ts-expect-error the machine lacks one of two
train(ruleNeeding('learn', 'codes'), coded, theta, lessons)
// @ts-expect-error nobody knows which facets a machine opened by name has
train(ruleNeeding('codes'), opened, theta, lessons)
// @ts-expect-error there is no such facet
ruleNeeding('telepathy')
// @ts-expect-error theta is a flat array of doubles
train(ruleNeeding(), plain, new Float32Array(8), lessons)

// A rule that sends waves back needs a machine that can.
train(ruleNeeding('echo'), echoing, theta, lessons)
// @ts-expect-error the machine has no echo
train(ruleNeeding('echo'), plain, theta, lessons)
// @ts-expect-error nor has this one, whatever else it has
train(ruleNeeding('echo'), full, theta, lessons)
// @ts-expect-error an echo alone gives no codes
train(ruleNeeding('codes', 'echo'), echoing, theta, lessons)
// @ts-expect-error there is nothing to launch
plain.echo

// What a flight may lack is not used unseen.
// @ts-expect-error not every machine has a learning field
echoing.echo.learning.read(theta)
echoing.echo.launch(theta).then(async (flight) => {
  const echo = await flight.echo(theta, { decay: 'mirrored' })
  // @ts-expect-error not every machine can echo twice
  await flight.both(theta)
  // @ts-expect-error a decay says of which kind
  await flight.echo(theta, { decay: true })
  // @ts-expect-error not every machine has local readings
  echo.local.length
  // @ts-expect-error what came back stays what it is
  echo.returned = theta
})

// Until it is asked for by value.
train(ruleNeeding('codes'), requireFit(ruleNeeding('codes'), opened), theta, lessons)
requireFit(ruleNeeding('state'), plain) satisfies Device<'state'>
// @ts-expect-error what was asked for is what is known
requireFit(ruleNeeding('codes'), opened).learn

// Streams and chains take devices only.
through(plain)
chain(plain, coded)
train(ruleNeeding('taps'), attach(chain(plain, coded)), theta, lessons)
attach(chain(plain, coded)) satisfies Device<'taps'>
// @ts-expect-error nobody knows whether a chip has layers between
attach(mgdChip({ layers: [4, 5, 3] })) satisfies Device<'taps'>
// @ts-expect-error a chain carries no code of its halves
attach(chain(coded, coded)) satisfies Device<'codes'>
// @ts-expect-error a stream needs the checks of a device
through(bare())
// @ts-expect-error so does a chain
chain(bare(), plain)

// What is read is not written.
// @ts-expect-error a sheet is frozen
plain.sheet.maxSlots = 3
// @ts-expect-error down to its banks
plain.sheet.banks[0].max = 3
// @ts-expect-error blocks are data, not to be changed on the way
plain.measure({ slots: 1, drive: { kind: 'track', data: theta, hold: 1 } }, theta).then((receipt) => receipt.slots++)
// @ts-expect-error a delta says its kind
plain.measure({ slots: 1, drive: { kind: 'track', data: theta, hold: 1 }, delta: { data: theta, hold: 1 } }, theta)

void [pretended, copied]
