import { InsituError } from '../../src/errors.ts'
import type { SimulatorTarget } from '../bench/board-kinds.ts'
import type { WaveBoardOptions } from './options.ts'
import { type WaveSimulator, waveSimulator } from './wave.ts'

/**
 * A wave field as a board, as `startBoard` takes it: a process of its own behind a pseudo-terminal that is launched, read,
 * injected and echoed by frames. Numbers travel in 64 bits: an echo must return to its start.
 *
 * Throws `CONFIG` for a field of one's own, whose functions do not travel.
 */
export function waveBoard(options: WaveBoardOptions): SimulatorTarget {
  if ((options.field?.kind as string) === 'own')
    throw new InsituError('CONFIG', 'wave-field: a field of one’s own does not travel to a board', {
      hint: 'export a function of your own module that returns the simulator, and name it in `startBoard`',
    })
  // An arrangement of two ends: JSON, by which arguments travel, has no word for infinity.
  const args = [rewritten(options, Number.POSITIVE_INFINITY, INFINITE)]
  return { target: 'simulator', module: import.meta.url, export: 'servedWave', args, format: 'f64' }
}

/** The machine inside that process. */
export function servedWave(sent: WaveBoardOptions): WaveSimulator {
  return waveSimulator(rewritten(sent, INFINITE, Number.POSITIVE_INFINITY))
}

const INFINITE = 'Infinity'

/** A copy in which one value stands for another, at any depth. */
function rewritten<T>(value: T, from: unknown, to: unknown): T {
  if (value === from) return to as T
  if (Array.isArray(value)) return value.map((each) => rewritten(each, from, to)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rewritten(each, from, to)])) as T
}
