import type { Splitting } from './state.ts'

/** The times of a splitting as the kernels read them: the first drift, the joint one, then every kick with the drift after it. */
export function schedule({ drift, kick }: Splitting, step: number): Float64Array {
  const last = drift.length - 1
  const table = [drift[0] * step, (drift[last] + drift[0]) * step]
  kick.forEach((part, s) => {
    table.push(part * step, drift[s + 1] * step)
  })
  return Float64Array.from(table)
}
