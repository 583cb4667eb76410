import type { Cells, Reset } from '../cells.ts'
import type { Overflow } from '../engine.ts'
import { FORMAT } from './format.ts'
import type { Registers } from './registers.ts'

const { decayUnity, stateRange, resetReading } = FORMAT

/**
 * The neurons of a population in integers; `unit` is one unit of the file's membrane in steps of the core.
 *
 * Every number is a whole number below 2^53, so doubles are exact here.
 */
export function coreCells(registers: Registers, unit: number, reset: Reset, overflow: Overflow, dt: number): Cells {
  const { membraneDecay, currentDecay, threshold } = registers
  const size = threshold.length
  const membranes = new Float64Array(size)
  const readings = new Float64Array(size)
  const spikes = new Int32Array(size)
  const currents = new Float64Array(size)
  const voltages = new Float64Array(size)
  return {
    membranes,
    readings,
    spikes,
    step(input, spiked) {
      for (let i = 0; i < size; i++) {
        const sum = decayed(currents[i], currentDecay[i]) + input[i]
        const current = wrapped(sum)
        if (current !== sum) overflow.wrapped++
        currents[i] = current
        const raised = decayed(voltages[i], membraneDecay[i]) + current
        let v = Math.min(Math.max(raised, 1 - stateRange), stateRange - 1)
        if (v !== raised) overflow.saturated++
        const spike = v > threshold[i]
        spikes[i] = spike ? 1 : 0
        if (spike) {
          spiked(i, dt)
          v = reset === 'zero' ? 0 : v - threshold[i]
        }
        voltages[i] = v
        readings[i] = spike && reset === 'zero' ? resetReading : v
        membranes[i] = v / unit
      }
    },
  }
}

/** What is left of a value after a tick, rounded towards zero; `+ 0` because zero has no sign here. */
function decayed(value: number, decay: number): number {
  return Math.trunc((value * (decayUnity - decay)) / decayUnity) + 0
}

/** Two's complement of 24 bits. */
function wrapped(value: number): number {
  if (value >= -stateRange && value < stateRange) return value
  const turns = Math.floor((value + stateRange) / (2 * stateRange))
  return value - turns * 2 * stateRange
}
