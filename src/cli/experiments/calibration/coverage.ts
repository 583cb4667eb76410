import type { Chart } from '../../../report/curves.ts'
import { deviation, mean } from '../statistics.ts'

/** Share of normal errors within so many standard deviations. */
export const LEVELS = [
  { width: 0.3186, share: 0.25 },
  { width: 0.6745, share: 0.5 },
  { width: 1, share: 0.6827 },
  { width: 1.2816, share: 0.8 },
  { width: 1.645, share: 0.9 },
  { width: 1.96, share: 0.95 },
  { width: 2.5758, share: 0.99 },
] as const

/** Share of errors, in standard deviations stated for them, that lie within `width` of them. */
export function within(scores: readonly number[], width = 1): number {
  return scores.filter((score) => Math.abs(score) < width).length / scores.length
}

/** Coverage of 68 % intervals over machines: mean, and how machines scatter about it. */
export function coverage(machines: readonly (readonly number[])[]) {
  const shares = machines.map((scores) => within(scores))
  return { mean: mean(shares), spread: deviation(shares) }
}

/** Share found within intervals over the share that should be: on the diagonal error bars are honest. */
export function reliability(
  curves: readonly { readonly name: string; readonly scores: readonly (readonly number[])[] }[],
): Chart {
  const diagonal = {
    name: 'honest',
    color: 0,
    plain: true,
    points: LEVELS.map(({ share }) => ({ x: share, y: share })),
  }
  return {
    title: 'Coverage',
    x: 'share of errors that intervals should hold',
    y: 'share that they hold',
    scale: 'share',
    curves: [
      diagonal,
      ...curves.map(({ name, scores }, n) => ({
        name,
        color: n + 1,
        dots: true,
        points: LEVELS.map(({ width, share }) => ({ x: share, y: mean(scores.map((one) => within(one, width))) })),
      })),
    ],
    note: 'the thin line is where error bars are honest',
  }
}
