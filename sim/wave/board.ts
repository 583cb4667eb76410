import { InsituError } from '../../src/errors.ts'
import type { SimulatorTarget } from '../bench/board-kinds.ts'
import { withInfinity, withoutInfinity } from '../infinity.ts'
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
  const args = [withoutInfinity(options)]
  return { target: 'simulator', module: import.meta.url, export: 'servedWave', args, format: 'f64' }
}

/** The machine inside that process. */
export function servedWave(sent: WaveBoardOptions): WaveSimulator {
  return waveSimulator(withInfinity(sent))
}
