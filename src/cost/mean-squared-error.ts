import type { Cost } from './cost.ts'

/** Mean over outputs of (reading - target)^2: the cost of the MGD papers. */
export const meanSquaredError: Cost = {
  name: 'mean squared error',
  values(sense, slots, width, targets, into) {
    const { data, rows, hold } = targets
    let row = 0
    let held = 0
    for (let t = 0, at = 0; t < slots; t++) {
      let sum = 0
      for (let o = 0, want = row * width; o < width; o++, at++, want++) {
        const error = sense[at] - data[want]
        sum += error * error
      }
      into[t] = sum / width
      if (++held === hold) {
        held = 0
        if (++row === rows) row = 0
      }
    }
  },
  gradient(sense, slots, width, targets, into) {
    const { data, rows, hold } = targets
    for (let t = 0; t < slots; t++) {
      const want = (Math.floor(t / hold) % rows) * width
      for (let o = 0; o < width; o++) into[t * width + o] = (2 * (sense[t * width + o] - data[want + o])) / width
    }
  },
}
