import type { Backend } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { InsituError } from '../../src/errors.ts'
import type { RunningBoard, SimulatorTarget } from './board-kinds.ts'
import { paced } from './board-pace.ts'
import type { Pty } from './pty.ts'
import { serve } from './serve.ts'
import type { SpikeCounts } from './serve-spikes.ts'
import { inStatedTime } from './stated-time.ts'

/** Serves a simulator, made by a function of another module, to whoever opens the pseudo-terminal. */
export async function runSimulator(options: SimulatorTarget, port: Pty): Promise<RunningBoard> {
  const { baud, format = 'f64', maxFrame } = options
  if (format !== 'i16' && format !== 'f64' && format !== 'packed')
    throw new InsituError('CONFIG', `board: unknown format "${String(format satisfies never)}"`, {
      hint: 'formats: f64, i16, packed',
    })
  const made = await makeBackend(options)
  const backend = options.time === 'stated' ? inStatedTime(made) : made
  const served = serve(backend, baud === undefined ? port : paced(port, baud), {
    format,
    ...(maxFrame !== undefined && { maxFrame }),
  })
  return {
    ready: () => true,
    reset: async () => served.reset(),
    counters: () => ({ badFrames: served.badFrames, ...(served.spikes && spikeCounters(served.spikes)) }),
    close: async () => served[Symbol.asyncDispose](),
  }
}

function spikeCounters({ lost, late, repeated, unfit }: SpikeCounts): Readonly<Record<string, number>> {
  return { lostSpikes: lost, lateSpikes: late, repeatedSpikes: repeated, unfitSpikeFrames: unfit }
}

async function makeBackend({ module, export: name = 'default', args = [] }: SimulatorTarget) {
  const loaded = (await import(module).catch((cause: unknown) => {
    throw new InsituError('CONFIG', `board: module ${module} cannot be loaded: ${String(cause)}`, { cause })
  })) as Record<string, unknown>
  const make = loaded[name]
  if (typeof make !== 'function')
    throw new InsituError('CONFIG', `board: wanted a function "${name}" in ${module}, got ${typeof make}`, {
      hint: `it exports: ${Object.keys(loaded).join(', ') || 'nothing'}`,
    })
  const backend: unknown = await make(...args)
  if (!isBackend(backend))
    throw new InsituError('CONFIG', `board: "${name}" of ${module} did not return a backend`, {
      hint: 'a backend has sheet, store and measure',
    })
  return backend
}

function isBackend(value: unknown): value is Backend & Partial<Facets> {
  if (typeof value !== 'object' || value === null) return false
  const given = value as Partial<Backend>
  return typeof given.sheet === 'object' && typeof given.store === 'function' && typeof given.measure === 'function'
}
