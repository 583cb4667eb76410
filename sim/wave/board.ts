import type { SimulatorTarget } from '../bench/board-kinds.ts'
import { type WaveOptions, type WaveSimulator, waveSimulator } from './wave.ts'

/**
 * A wave field as a board, as `startBoard` takes it: a process of its own behind a pseudo-terminal that is launched, read,
 * injected and echoed by frames. Numbers travel in 64 bits: an echo must return to its start.
 */
export function waveBoard(options: WaveOptions): SimulatorTarget {
  return { target: 'simulator', module: import.meta.url, export: 'servedWave', args: [options], format: 'f64' }
}

/** The machine inside that process. */
export function servedWave(options: WaveOptions): WaveSimulator {
  return waveSimulator(options)
}
