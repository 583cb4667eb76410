export type { ResetCause } from './avr-chip.ts'
export { type Board, startBoard } from './board.ts'
export type { AvrTarget, BoardOptions, HostTarget, SimavrTarget, SimulatorTarget } from './board-kinds.ts'
export { type Pty, type PtyOptions, pty } from './pty.ts'
