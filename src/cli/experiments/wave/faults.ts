import type { WaveImperfections } from '../../../../sim/index.ts'
import type { Guide } from '../../../report/chart.ts'

/** Something about a machine that is made worse step by step. */
export interface Sweep {
  readonly name: string
  readonly title: string
  /** What is on the horizontal axis, and its first and last value, powers of ten. */
  readonly x: string
  readonly decades: readonly [from: number, to: number]
  /** The fault of a size. */
  made(size: number, known: Known): Partial<WaveImperfections>
  /** Each of two echoes has a way out of its own, and with it a mirror that errs anew. */
  readonly apart?: boolean
  /** A rule of thumb to compare with. */
  thumb?(eps: number): Thumb
  readonly note?: string
}

/** Error = `factor` x size ^ `slope`. */
export interface Thumb {
  readonly name: string
  readonly factor: number
  /** Default 1. */
  readonly slope?: number
}

/** What sizes are relative to. */
export interface Known {
  readonly time: number
  /** Largest injection of an undisturbed echo. */
  readonly injection: number
}

const MIRROR = { name: '0.75 s', factor: 0.75 }
const OWN = 'Each echo of a pair on a way out of its own: the mirror errs anew.'

/** Everything that an echo is tried against. */
export const SWEEPS: readonly Sweep[] = [
  {
    name: 'loss',
    title: 'Loss of energy',
    x: 'loss rate x time',
    decades: [-6, 0.5],
    made: (size, { time }) => ({ loss: size / time }),
    thumb: () => ({ name: 'slope 1', factor: 0.2 }),
    note: 'Against the exact gradient of the field with its loss.',
  },
  {
    name: 'disorder',
    title: 'Static disorder',
    x: 'scatter of the frequencies',
    decades: [-3, 0],
    made: (size) => ({ disorder: size }),
    note: 'Against the exact gradient of the field with its disorder: what is left is that of eps.',
  },
  {
    name: 'mirrorAmplitude',
    title: 'Mirror: amplitudes',
    x: 'scatter s of the amplitude per mode',
    decades: [-5, 0],
    made: (size) => ({ mirrorAmplitude: size }),
    thumb: () => MIRROR,
    note: 'The same in both echoes.',
  },
  {
    name: 'mirrorPhase',
    title: 'Mirror: phases',
    x: 'scatter s of the phase per mode, rad',
    decades: [-5, 0],
    made: (size) => ({ mirrorPhase: size }),
    thumb: () => MIRROR,
    note: 'The same in both echoes.',
  },
  {
    name: 'mirrorJitter',
    title: 'Mirror: amplitudes anew in every echo',
    x: 'scatter s of the amplitude per mode',
    decades: [-7, -1],
    made: (size) => ({ mirrorJitter: size }),
    apart: true,
    thumb: (eps) => ({ name: 's / eps', factor: 1 / eps }),
    note: OWN,
  },
  {
    name: 'timingJitter',
    title: 'Mirror: its moment anew in every echo',
    x: 'scatter s of the moment',
    decades: [-7, -1],
    made: (size) => ({ timingJitter: size }),
    apart: true,
    thumb: (eps) => ({ name: 's / eps', factor: 1 / eps }),
    note: OWN,
  },
  {
    name: 'readNoise',
    title: 'Noise of the outputs',
    x: 'noise s of a reading',
    decades: [-5, 0],
    made: (size) => ({ readNoise: size }),
    thumb: () => ({ name: 's', factor: 1 }),
    note: 'It goes into the slopes of the cost, and is not divided by eps.',
  },
  {
    name: 'localNoise',
    title: 'Noise of the local readings',
    x: 'noise s of an action',
    decades: [-7, -1],
    made: (size) => ({ localNoise: size }),
    thumb: (eps) => ({ name: '0.56 s / eps', factor: 0.56 / eps }),
  },
  {
    name: 'injectionStep',
    title: 'Steps of the injection',
    x: 'step over the largest injection',
    decades: [-4, 0.5],
    made: (size, { injection }) => ({ injectionStep: size * injection }),
    thumb: () => ({ name: '1 / sqrt(12) of a step', factor: 1 / Math.sqrt(12) }),
  },
  {
    name: 'injectionLimit',
    title: 'Injections that saturate',
    x: 'largest injection over the limit',
    decades: [-3, 1],
    made: (size, { injection }) => ({ injectionLimit: injection / size }),
    thumb: () => ({ name: 'half its square', factor: 0.5, slope: 2 }),
  },
]

/** Sizes from end to end, so many in a decade. */
export function sizesOf({ decades: [from, to] }: Sweep, perDecade: number): readonly number[] {
  const count = Math.round((to - from) * perDecade)
  return Array.from({ length: count + 1 }, (_, n) => Number((10 ** (from + ((to - from) * n) / count)).toPrecision(3)))
}

/** Error that a gradient may have, and the size of a fault at which the median reaches it; null if none tried does. */
export const LIMIT = 0.1

/** Where errors over rising sizes first reach `LIMIT`, between two sizes on logarithmic axes. */
export function limitOf(sizes: readonly number[], errors: readonly number[]): number | null {
  const n = errors.findIndex((error) => !(error < LIMIT))
  if (n < 0) return null
  if (n === 0) return sizes[0]
  const part = Math.log(LIMIT / errors[n - 1]) / Math.log(errors[n] / errors[n - 1])
  const at = Number.isFinite(part) ? part : 0
  return Number((sizes[n - 1] * (sizes[n] / sizes[n - 1]) ** at).toPrecision(3))
}

/** The rule of thumb as a line of a chart. */
export function guidesOf({ thumb }: Sweep, eps: number): readonly Guide[] {
  if (thumb === undefined) return []
  const { name, factor, slope = 1 } = thumb(eps)
  return [{ name, slope, through: { x: 1, y: factor } }]
}
