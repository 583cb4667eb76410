import type { Curve } from '../../../report/curves.ts'
import { imagePanels } from '../../../report/imager/image-panels.ts'
import type { Context } from '../experiment.ts'
import { mean } from '../statistics.ts'
import type { ActiveObject } from './active-problem.ts'
import type { ActiveRun, ActiveRuns } from './active-run.ts'
import { ACTIVE_METHODS, type ActiveSettings } from './active-settings.ts'

/** Scenes whose images are shown. */
const SHOWN = 3

/** What is left of the variance and of the error, pattern by pattern; the masks; and images. */
export function drawActive(
  objects: readonly ActiveObject[],
  runs: ActiveRuns,
  { side }: ActiveSettings,
  context: Context,
): void {
  const methods = ACTIVE_METHODS.flatMap((method) => {
    const of = runs[method]
    return of === undefined || of.length === 0 ? [] : [{ method, of }]
  })
  const curves = (key: 'left' | 'error'): readonly Curve[] =>
    methods.map(({ method, of }, n) => ({ name: method, color: n + 1, dots: true, points: means(of, key) }))
  const plain = { x: 'patterns', scale: 'log' as const }
  context.figure({ ...plain, title: 'Variance that is left', y: 'part of that before', curves: curves('left') })
  context.figure({
    ...plain,
    title: `Error of the image, ${objects.length} objects`,
    y: 'part of that of knowing nothing',
    curves: curves('error'),
    note: 'Objects are no draws from what was believed, but for those drawn from it: the error may lie above the variance.',
  })
  const image = (name: string, data: Float64Array, note?: string) => ({
    ...{ name, rows: side, columns: side, data, range: [0, 1] as const },
    ...(note !== undefined && { note }),
  })
  for (const { method, of } of methods)
    context.figure(
      imagePanels({
        title: `Masks, ${method}`,
        images: of[0].masks.slice(0, 16).map((mask, k) => image(`${k + 1}`, mask)),
        across: 8,
      }),
    )
  context.figure(
    imagePanels({
      title: 'Images',
      note: 'The number is the squared error as a part of that of knowing nothing.',
      images: objects
        .slice(0, SHOWN)
        .flatMap(({ name, truth }, n) => [
          image(name, truth),
          ...methods.map(({ method, of }) => image(method, of[n].image, (of[n].error.at(-1) as number).toFixed(3))),
        ]),
      across: methods.length + 1,
    }),
  )
}

/** Means over the objects that were still looked at. */
function means(of: readonly ActiveRun[], key: 'left' | 'error') {
  const most = Math.max(...of.map((run) => run[key].length))
  return Array.from({ length: most }, (_, x) => {
    const values = of.flatMap((run) => run[key][x] ?? [])
    return { x, y: mean(values) }
  })
}
