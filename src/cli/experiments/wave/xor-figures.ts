import type { Chart } from '../../../report/curves.ts'
import { LOOK } from './cavity-xor.ts'

/** Mean over the rows of (reading - target)^2 / target^2. */
export function xorCost(readings: Float64Array, target: Float64Array): number {
  let sum = 0
  for (let row = 0; row < target.length; row++) sum += (readings[row] / target[row] - 1) ** 2 / target.length
  return sum
}

/** Cost over iterations of every run, looked at every `LOOK` iterations. */
export function costCurves(title: string, runs: readonly (readonly number[])[], iterations: number): Chart {
  return {
    title,
    x: 'iteration',
    y: 'cost over the squared target, all four rows',
    scale: 'log',
    curves: runs.map((costs, n) => ({
      name: n === 0 ? 'first run' : `run ${n + 1}`,
      color: n === 0 ? 1 : 0,
      points: costs.map((y, i) => ({ x: Math.min(i * LOOK, iterations), y: Math.max(y, 1e-12) })),
    })),
  }
}
