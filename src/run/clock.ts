/** The two clocks a record needs; handed in by the program, so that tests and simulations may pass their own. */
export interface RunClock {
  /** Seconds since some fixed moment; never jumps. */
  monotonic(): number
  /** Date and time of day. */
  wall(): Date
}
