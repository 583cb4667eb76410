import type * as bench from '../../sim/bench/index.ts'
import type * as imager from '../../sim/bench/lockin/start.ts'
import type * as chip from '../../sim/chip/board.ts'
import type * as core from '../../sim/core/board.ts'
import type * as lattice from '../../sim/lattice/board.ts'
import type * as wave from '../../sim/wave/board.ts'
import { compiled } from './compiled.ts'

/** Boards whose processes run compiled sources; those that start through tsx are in sim/bench. */
export const { startBoard } = (await import(compiled('sim/bench/index.ts'))) as typeof bench
export const { chipBoard } = (await import(compiled('sim/chip/board.ts'))) as typeof chip
export const { neuromorphicBoard } = (await import(compiled('sim/core/board.ts'))) as typeof core
export const { latticeBoard } = (await import(compiled('sim/lattice/board.ts'))) as typeof lattice
export const { waveBoard } = (await import(compiled('sim/wave/board.ts'))) as typeof wave
export const { startImagerBench } = (await import(compiled('sim/bench/lockin/start.ts'))) as typeof imager
