export { type Pty, type PtyOptions, pty } from './pty.ts'
