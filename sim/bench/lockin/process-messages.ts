import type { Failure } from '../board-messages.ts'
import type { ImagerBenchOptions } from './imager-bench.ts'

/** What a bench in a process of its own is to be; it travels as JSON. */
export interface BenchStart extends Omit<ImagerBenchOptions, 'clock' | 'optics' | 'auxIn'> {
  /** A module, the name of the function it exports that makes the optics, and the function's arguments. */
  readonly optics: { readonly module: string; readonly export: string; readonly args: readonly unknown[] }
  /** Stable names for the two ports, made as symbolic links. */
  readonly displayLink?: string
  readonly lockInLink?: string
}

/** What can be made to happen to an instrument from outside. */
export type Mishap =
  | { readonly on: 'lockIn'; readonly call: 'powerCycle' | 'powerOff' | 'powerOn' }
  | { readonly on: 'lockIn'; readonly call: 'panel' | 'gpib'; readonly line: string }
  | { readonly on: 'display'; readonly call: 'powerCycle' }

export type BenchCommand =
  | { readonly start: BenchStart }
  | { readonly mishap: Mishap; readonly id: number }
  | { readonly stop: true }

/** Both ports, once they listen. */
export interface Ports {
  readonly display: string
  readonly lockIn: string
}

export type BenchReport = { readonly ready: Ports } | { readonly failed: Failure } | { readonly done: number }
