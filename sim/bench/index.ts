export type { ResetCause } from './avr-chip.ts'
export { type Board, startBoard } from './board.ts'
export type { AvrTarget, BoardOptions, HostTarget, SimavrTarget, SimulatorTarget } from './board-kinds.ts'
export {
  type FaultAt,
  type FaultKind,
  type FaultOptions,
  type FaultRates,
  type FaultyChannel,
  faulty,
} from './faults.ts'
export { type Pty, type PtyOptions, pty } from './pty.ts'
export { type Served, type ServeOptions, serve } from './serve.ts'
