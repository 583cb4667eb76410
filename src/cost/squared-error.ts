import type { Cost } from './cost.ts'

/** Half the sum over outputs of (reading - target)^2: the loss of Li and Mao (2024), whose load is the error itself. */
export const squaredError: Cost = {
  name: 'squared error',
  values(sense, slots, width, targets, into) {
    const { data, rows, hold } = targets
    for (let t = 0; t < slots; t++) {
      const want = (Math.floor(t / hold) % rows) * width
      let sum = 0
      for (let o = 0; o < width; o++) sum += (sense[t * width + o] - data[want + o]) ** 2
      into[t] = sum / 2
    }
  },
  gradient(sense, slots, width, targets, into) {
    const { data, rows, hold } = targets
    for (let t = 0; t < slots; t++) {
      const want = (Math.floor(t / hold) % rows) * width
      for (let o = 0; o < width; o++) into[t * width + o] = sense[t * width + o] - data[want + o]
    }
  },
}
