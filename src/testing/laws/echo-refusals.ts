import type { AnyDevice, Bench } from '../bench.ts'
import { gridOf } from '../inputs.ts'
import { demand, type Law } from '../law.ts'
import { same } from '../same.ts'
import { echoOf, flown, framesOf, noEcho, passage, unmoved, wayThrough } from './flights.ts'
import { refused, untouched } from './refusals.ts'

/** A value of a port that lies beyond its upper limit. */
function beyond(port: { readonly min: number; readonly max: number; readonly step: number }): number {
  return port.max + Math.max((port.max - port.min) / 8, port.step > 0 ? gridOf({ ...port, width: 1, unit: '1' }) : 0)
}

const drives: Law = {
  name: 'a drive of a wrong length, beyond its limits or not a number is not sent in',
  unless: noEcho,
  check: (bench) =>
    untouched(bench, async (device) => {
      const { width, max, min } = bench.sheet.drive
      const { maxFrames, launch } = echoOf(device)
      for (const count of [0, (maxFrames + 1) * width, ...(width > 1 ? [width + 1] : [])])
        await refused(`a drive of ${count} numbers`, 'SHAPE', () => launch(new Float64Array(count)), [count, width])
      const drive = passage(bench)
      const changed = (value: number) => drive.with(drive.length - 1, value)
      const at = `drive[${drive.length - 1}]`
      await refused('a drive that is no number', 'NOT_FINITE', () => launch(changed(Number.NaN)), [at])
      if (!Number.isFinite(max - min)) return
      const value = beyond(bench.sheet.drive)
      await refused(`a drive of ${value}`, 'LIMIT', () => launch(changed(value)), [at, value])
    }),
}

const injections: Law = {
  name: 'an injection of a wrong length, beyond its limits or not a number is refused, and its flight stays open',
  unless: noEcho,
  check: (bench) =>
    unmoved(bench, async (device) => {
      const { injection } = echoOf(device)
      await using flight = await echoOf(device).launch(passage(bench))
      const wanted = framesOf(bench) * bench.sheet.sense.width
      const pair = (data: Float64Array) => () => flight.both?.(data) ?? Promise.resolve()
      for (const call of [(data: Float64Array) => () => flight.echo(data), ...(flight.both ? [pair] : [])]) {
        for (const count of [wanted - 1, wanted + 1, 0])
          await refused(`an injection of ${count} numbers`, 'SHAPE', call(new Float64Array(count)), [count, wanted])
        const none = new Float64Array(wanted)
        await refused('an injection that is no number', 'NOT_FINITE', call(none.with(0, Number.NaN)), ['injection[0]'])
        if (!Number.isFinite(injection.max - injection.min)) continue
        const value = beyond(injection)
        await refused(`an injection of ${value}`, 'LIMIT', call(none.with(0, value)), ['injection[0]', value])
      }
      const { returned } = await flight.echo(new Float64Array(wanted))
      demand(returned.length > 0, 'the flight to be echoed after all', 'nothing returned')
    }),
}

const clipped: Law = {
  name: 'attached with clipping, drives and injections beyond their limits are clipped and counted',
  unless: (bench) =>
    noEcho(bench) ??
    ([bench.sheet.drive, echoOf(bench.facets).injection].every(({ min, max }) => Number.isFinite(max - min))
      ? undefined
      : 'it takes drives or injections of any size'),
  check: async (bench) => {
    const { drive } = bench.sheet
    const { injection } = echoOf(bench.facets)
    const theta = bench.inputs().theta()
    const wave = passage(bench)
    const none = new Float64Array(framesOf(bench) * bench.sheet.sense.width)
    const sent = async (device: AnyDevice, driven: number, injected: number) => {
      const flight = await echoOf(device).launch(wave.with(0, driven))
      const echo = await flight.echo(none.with(0, injected))
      return { flight, echo, numbers: Float64Array.of(...flight.output, ...echo.returned, ...echo.conjugate) }
    }
    const seen = await bench.device(
      async (device) => {
        await device.store(theta)
        const { flight, echo, numbers } = await sent(device, beyond(drive), beyond(injection))
        demand(flight.receipt.clipped >= 1, 'a receipt with the clipped drive', `${flight.receipt.clipped}`)
        demand(echo.receipt.clipped >= 1, 'a receipt with the clipped injection', `${echo.receipt.clipped}`)
        return numbers
      },
      { limits: 'clip' },
    )
    const atLimits = wayThrough('a drive and an injection at their limits', theta, async (device) => {
      return (await sent(device, drive.max, injection.max)).numbers
    })
    const clippedWay = { label: 'those clipped to them', run: async () => seen }
    if (bench.sheet.repeatable) await same(bench, atLimits, clippedWay)
    else await bench.device(atLimits.run)
  },
}

const noDecay: Law = {
  name: 'a machine without a learning field refuses a decay, and its flight stays open',
  unless: (bench: Bench) =>
    noEcho(bench) ?? (bench.facets.echo?.learning === undefined ? undefined : 'it has a learning field'),
  check: (bench) =>
    unmoved(bench, async (device) => {
      const flight = await echoOf(device).launch(passage(bench))
      const none = new Float64Array(framesOf(bench) * bench.sheet.sense.width)
      for (const decay of ['plain', 'mirrored'] as const)
        await refused(`a ${decay} decay`, 'CAPABILITY', () => flight.echo(none, { decay }), [bench.sheet.machine])
      await flight.echo(none)
      await flown(device, passage(bench))
    }),
}

/** What of a passage is refused, and what then. */
export const echoRefusals: readonly Law[] = [drives, injections, clipped, noDecay]
