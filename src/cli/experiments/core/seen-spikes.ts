import type { CoreNetwork } from '../../../../devices/index.ts'
import type { TracedTick } from '../../../../sim/index.ts'
import { type RasterGroup, spikeRaster } from '../../../report/core.ts'
import type { Picture } from '../../../report/experiment.ts'

/** Ticks and cores that a picture holds. */
const TICKS = 1000
const CORES = 8

interface Rows extends RasterGroup {
  readonly times: number[]
  readonly which: number[]
}

/** Counts the spikes of a trace, and keeps those of its beginning for a picture. */
export class SeenSpikes {
  spikes = 0
  inputSpikes = 0
  readonly #input: Rows
  readonly #cores: readonly Rows[]

  constructor({ inputs, cores }: CoreNetwork) {
    this.#input = rows('input', inputs.length)
    this.#cores = cores.map(({ neurons }, c) => rows(`core ${c}`, neurons.length))
  }

  add({ tick, input, spikes }: TracedTick): void {
    this.inputSpikes += input.length
    for (const line of input) mark(this.#input, tick, line)
    this.#cores.forEach((core, c) => {
      for (let j = 0; j < core.rows; j++) {
        if (((spikes[c][j >> 5] >>> (j & 31)) & 1) === 0) continue
        this.spikes++
        if (c < CORES) mark(core, tick, j)
      }
    })
  }

  picture(network: string, ticks: number): Picture {
    const to = Math.min(ticks, TICKS)
    const groups = [this.#input, ...this.#cores.slice(0, CORES)].filter((group) => group.rows > 0)
    const shown = ticks > TICKS || this.#cores.length > CORES
    const note = `The first ${to} ticks of the first ${Math.min(this.#cores.length, CORES)} cores.`
    return spikeRaster({ groups, from: 0, to, unit: 'tick' }, { title: `Spikes of ${network}`, ...(shown && { note }) })
  }
}

function mark({ times, which }: Rows, tick: number, row: number): void {
  if (tick >= TICKS) return
  times.push(tick)
  which.push(row)
}

function rows(name: string, count: number): Rows {
  return { name, rows: count, times: [], which: [] }
}
