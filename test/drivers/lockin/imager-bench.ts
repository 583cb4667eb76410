import { type ImagerOptions, openImager } from '../../../drivers/display/imager.ts'
import { clockedLine } from '../../../sim/bench/clocked-line.ts'
import { type ImagerBenchOptions, imagerBench } from '../../../sim/bench/lockin/index.ts'
import { VirtualClock } from '../../../sim/bench/virtual-clock.ts'
import { SETTINGS, SPEED } from './bench.ts'

export const SIDE = 4

/** Light lowers the reading, pixels differ: 0.1 V per V of the source with the display dark. */
export const optics = (levels: Float64Array): number => {
  let lost = 0
  for (let i = 0; i < levels.length; i++) lost += levels[i] * (1 + (i % 5))
  return 0.1 * (1 - lost / (4 * levels.length))
}

/** Both instruments in virtual time, the amplifier at 19200 baud and the display at 115200, and the imager opened on them. */
export async function openedImager(bench: Partial<ImagerBenchOptions> = {}, driver: Partial<ImagerOptions> = {}) {
  const clock = new VirtualClock()
  const lines = {
    display: clockedLine({ clock, bytesPerSecond: 11520, name: 'display:' }),
    lockIn: clockedLine({ clock, bytesPerSecond: SPEED, name: 'lockin:' }),
  }
  const both = imagerBench({
    clock,
    optics,
    rows: SIDE,
    columns: SIDE,
    families: ['hadamard cake-cutting'],
    density: 0,
    ...bench,
  })
  both.display.attach(lines.display[1])
  both.lockIn.attach(lines.lockIn[1])
  const imager = await openImager(lines.display[0], lines.lockIn[0], {
    settings: SETTINGS,
    clock,
    kind: 'emulated firmware',
    ...driver,
  })
  return { clock, lines, ...both, imager }
}
