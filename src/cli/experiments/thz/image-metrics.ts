import { quantile } from '../statistics.ts'
import type { ImageMethod } from './image-methods.ts'
import type { Case, Scored } from './image-result.ts'
import type { ImageValues } from './image-settings.ts'

/**
 * A number for one method in one case; by method for several; lists over the cases for several of those. The median over seeds where a
 * method has them, the best beside it.
 */
export function imageMetrics({ method, failDb }: ImageValues, cases: readonly Case[]) {
  const table = <T>(of: (runs: readonly Scored[]) => T) => shaped(method, cases, of)
  const scored = cases.some(({ images }) => Object.values(images).some((runs) => runs.some(({ score }) => score)))
  const seeded = cases.some(({ images }) => Object.values(images).some((runs) => runs.length > 1))
  const psnr = (runs: readonly Scored[]) => runs.map(({ score }) => score?.psnrDb ?? Number.NaN)
  const ssim = (runs: readonly Scored[]) => runs.map(({ score }) => score?.ssim ?? Number.NaN)
  const failed = ({ images }: Case) => Object.values(images).every((runs) => Math.max(...psnr(runs)) < failDb)
  return {
    ...(scored && {
      psnrDb: table((runs) => median(psnr(runs))),
      ssim: table((runs) => median(ssim(runs))),
      ...(seeded && {
        psnrDbBest: table((runs) => Math.max(...psnr(runs))),
        ssimBest: table((runs) => Math.max(...ssim(runs))),
        psnrDbAll: table(psnr),
        ssimAll: table(ssim),
      }),
      everyMethodFailsAt: cases.filter(failed).map(({ name }) => name),
    }),
    cpuSeconds: table((runs) => median(runs.map(({ cpuSeconds }) => cpuSeconds))),
    iterations: table((runs) => median(runs.map(({ iterations }) => iterations))),
    stopped: table((runs) => [...new Set(runs.map(({ stopped }) => stopped))].join(', ')),
    patterns: cases.length === 1 ? cases[0].patterns : cases.map(({ patterns }) => patterns),
    ...(cases.length > 1 && { cases: cases.map(({ name }) => name) }),
  }
}

export function median(values: readonly number[]): number {
  return (
    quantile(
      [...values].sort((a, b) => a - b),
      0.5,
    ) ?? Number.NaN
  )
}

function shaped<T>(methods: readonly ImageMethod[], cases: readonly Case[], of: (runs: readonly Scored[]) => T) {
  const value = (one: Case, method: ImageMethod) => of(one.images[method] ?? [])
  const entry = (method: ImageMethod) =>
    cases.length === 1 ? value(cases[0], method) : cases.map((one) => value(one, method))
  return methods.length === 1 ? entry(methods[0]) : Object.fromEntries(methods.map((method) => [method, entry(method)]))
}
