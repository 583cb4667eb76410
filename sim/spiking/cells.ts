/** The neurons of one population and their state between ticks. */
export interface Cells {
  /** Membranes at the end of the last tick, in the units of the file. */
  readonly membranes: Float64Array
  /** Membranes as this machine would show them: its own numbers. */
  readonly readings: Float64Array
  /** Spikes of each neuron in the last tick. */
  readonly spikes: Int32Array
  /** One tick; `input` is held through it, one number per neuron. `spiked` is told the time since the tick began, in s. */
  step(input: Float64Array, spiked: (neuron: number, time: number) => void): void
}

/** What becomes of a membrane that crossed its threshold: back to its reset value, or down by threshold minus reset. */
export type Reset = 'zero' | 'subtract'
