import { type CoreNetwork, drainOf, energyPerImage } from '../../../../devices/index.ts'
import { ensemble } from '../../../../sim/index.ts'
import { deviation, mean } from '../statistics.ts'
import { type Images, probabilities } from './images.ts'
import { largest } from './largest.ts'

/** Accuracy of ensembles of one size at one number of ticks. */
export interface Spread {
  readonly mean: number
  /** Standard deviation over the groups; null of a single one. */
  readonly std: number | null
  /** Disjoint groups of members. */
  readonly groups: number
}

type Table<T> = Readonly<Record<string, Readonly<Record<string, T>>>>

export interface Deployed {
  /** By members, then by ticks. */
  readonly accuracy: Table<Spread>
  /** J, by the declared model. */
  readonly energyPerImage: Table<number>
}

/**
 * Samples members of a trained network and lets ensembles vote: spike counts are added over members and ticks, the class with
 * most wins, of equal ones the first.
 */
export function deploy(
  network: CoreNetwork,
  theta: Float64Array,
  images: Images,
  { members, ticks, seed }: { readonly members: number; readonly ticks: number; readonly seed: number },
): Deployed {
  const { rows, labels } = images
  const lines = network.outputs
  const sizes = doublings(members)
  const marks = doublings(ticks)
  const votes = sizes.map(() => marks.map(() => new Uint32Array(rows * lines)))
  const found = sizes.map(() => marks.map((): number[] => []))
  let [busy, idle] = [0, 0]
  const drive = probabilities(images)
  for (const one of ensemble({ network, theta, drive, rows, members, ticks, seed })) {
    busy += one.operations - one.idle
    idle += one.idle
    sizes.forEach((size, s) => {
      marks.forEach((mark, m) => {
        const vote = votes[s][m]
        for (let tick = 0; tick < mark; tick++) {
          const from = tick * vote.length
          for (let n = 0; n < vote.length; n++) vote[n] += one.counts[from + n]
        }
        if ((one.member + 1) % size !== 0) return
        let right = 0
        for (let r = 0; r < rows; r++) if (largest(vote, r * lines, lines) === labels[r]) right++
        found[s][m].push(right / rows)
        vote.fill(0)
      })
    })
  }
  const cores = network.cores.length
  const drain = drainOf(network)
  return {
    accuracy: table(sizes, marks, (s, m) => spread(found[s][m])),
    energyPerImage: table(sizes, marks, (s, m) => {
      const [size, mark] = [sizes[s], marks[m]]
      return energyPerImage({
        cores: cores * size,
        ticks: mark + drain,
        images: rows,
        operations: (size / members) * (idle + (busy / ticks) * mark),
      })
    }),
  }
}

/** 1, 2, 4, ... and the number itself. */
function doublings(most: number): readonly number[] {
  const list: number[] = []
  for (let n = 1; n < most; n *= 2) list.push(n)
  return [...list, most]
}

function spread(values: readonly number[]): Spread {
  return { mean: mean(values), std: values.length > 1 ? deviation(values) : null, groups: values.length }
}

function table<T>(sizes: readonly number[], marks: readonly number[], of: (s: number, m: number) => T): Table<T> {
  return Object.fromEntries(
    sizes.map((size, s) => [size, Object.fromEntries(marks.map((mark, m) => [mark, of(s, m)]))]),
  )
}
