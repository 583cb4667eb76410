import { shuffled } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'
import type { Dataset, Split } from './dataset.ts'

/**
 * Holds out `share` of every class (rounded to whole rows), drawn by seed: training and test keep the class balance.
 * Row numbers come back in rising order.
 */
export function stratified(data: Dataset, share: number, seed: number): Split {
  const train: number[] = []
  const test: number[] = []
  data.classes.forEach((_, label) => {
    const members: number[] = []
    for (let r = 0; r < data.rows; r++) if (data.labels[r] === label) members.push(r)
    const held = Math.round(members.length * share)
    shuffled(members.length, seed, STREAM.dataSplit, label).forEach((m, at) => {
      ;(at < held ? test : train).push(members[m])
    })
  })
  const sorted = (list: number[]) => Uint32Array.from(list.sort((a, b) => a - b))
  return { train: sorted(train), test: sorted(test) }
}

/** Holds out `test` rows drawn by seed from all, whatever their class; row numbers come back in rising order. */
export function randomSplit(data: Dataset, test: number, seed: number): Split {
  const order = shuffled(data.rows, seed, STREAM.dataSplit, 0)
  return { train: order.slice(test).sort(), test: order.slice(0, test).sort() }
}
