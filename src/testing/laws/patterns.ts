import type { Track } from '../../contract/block.ts'
import { type PatternPort, type PatternWindow, patternSlots } from '../../contract/facets.ts'
import { patternsOf } from '../../patterns/family.ts'
import { frames } from '../../patterns/frames.ts'
import type { AnyDevice, Bench } from '../bench.ts'
import { readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { sameOnAverage, type Way } from '../same.ts'

/** Part of the range of readings by which sums in another order may differ: a machine may use a fast transform. */
const ROUNDING = 1e-9

/** Patterns made on board are the frames that the host would send. */
export const patterns: readonly Law[] = [
  {
    name: 'patterns made on board read as their frames sent as drive',
    unless: lacks,
    check: async (bench) => {
      const port = bench.facets.codes?.patterns as PatternPort
      const theta = bench.inputs().theta()
      for (const family of port.families)
        for (const window of windows(family, bench, port)) {
          const drive = written(bench, port, window)
          const block = { slots: patternSlots(window), drive }
          const sent = {
            label: 'their frames sent as drive',
            run: async (device: AnyDevice) => {
              await device.store(theta)
              return readings(device, block)
            },
          }
          const made = {
            label: `${family} made on board, ${window.pairing}, hold ${window.hold}, from ${window.first}`,
            run: async (device: AnyDevice) => {
              await device.store(theta)
              const into = new Float64Array(block.slots * bench.sheet.sense.width)
              await device.codes?.patterns?.measure(window, into)
              return into
            },
          }
          if (bench.sheet.repeatable) await near(bench, sent, made)
          else await sameOnAverage(bench, sent, made)
        }
    },
  },
]

function lacks(bench: Bench): string | undefined {
  return bench.facets.codes?.patterns === undefined ? 'the machine has no patterns facet' : undefined
}

/** Single patterns that are held, and pairs from the second one on. */
function windows(family: string, bench: Bench, { rows, columns }: PatternPort): PatternWindow[] {
  const all = patternsOf(family, rows, columns).count
  const count = Math.min(3, all - 1)
  const both = [
    { family, first: 0, count, pairing: 'single', hold: 2 },
    { family, first: 1, count, pairing: 'opposite', hold: 1 },
  ] as const
  return both.filter((window) => patternSlots({ ...window, count: 1 }) <= bench.sheet.maxSlots)
}

function written({ sheet }: Bench, { rows, columns }: PatternPort, window: PatternWindow): Track {
  const data = new Float64Array(patternSlots(window) * sheet.drive.width)
  frames(patternsOf(window.family, rows, columns), window, sheet.drive, data)
  return { kind: 'track', data, hold: 1 }
}

/** The same readings but for the order of sums, which may move one over the edge of a step. */
async function near(bench: Bench, a: Way, b: Way): Promise<void> {
  const { min, max, step, unit } = bench.sheet.sense
  const range = Number.isFinite(max - min) ? max - min : 1
  const tolerance = step + ROUNDING * range
  const [wanted, seen] = [await bench.device(a.run), await bench.device(b.run)]
  for (let i = 0; i < wanted.length; i++)
    demand(
      Math.abs(seen[i] - wanted[i]) <= tolerance,
      `${b.label} to read as ${a.label} within ${tolerance} ${unit}`,
      `${seen[i]} instead of ${wanted[i]} ${unit} at number ${i}`,
    )
}
