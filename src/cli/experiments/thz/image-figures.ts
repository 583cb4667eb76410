import type { Chart, Curve } from '../../../report/chart.ts'
import { imagePanels, type Panel } from '../../../report/imager/image-panels.ts'
import type { Context } from '../experiment.ts'
import type { Placed } from './image-case.ts'
import type { ImageMethod } from './image-methods.ts'
import { median } from './image-metrics.ts'
import type { Case, Scored } from './image-result.ts'
import type { ImageValues } from './image-settings.ts'

/** Object, what reaches the wafer, and the images of every case side by side; quality against cost, sampling and noise. */
export function drawImages(
  settings: ImageValues,
  scene: Placed | undefined,
  cases: readonly Case[],
  { figure }: Context,
): void {
  const { grid, method } = settings
  const size = { rows: grid, columns: grid }
  for (const { name, images } of cases)
    figure(
      imagePanels({
        title: `Images from ${name}`,
        note: 'Images are shown as they were scored: scale and offset fitted to the object.',
        images: [
          ...(scene === undefined
            ? []
            : [
                { name: 'object', ...size, data: scene.truth, range: [0, 1] as const },
                { name: 'intensity on the wafer', ...size, data: scene.intensity },
              ]),
          ...method.flatMap((one) => panel(one, images[one] ?? [], size)),
        ],
      }),
    )
  if (scene === undefined) return
  figure(costs(cases, method))
  if (settings.samplingRatio.length > 1)
    figure(sweep('Quality against sampling', 'patterns over pixels', 'log', cases, method, ({ ratio }) => ratio))
  const { loudness } = cases[0]
  if (new Set(cases.map(({ loudness: one }) => JSON.stringify(one))).size > 1)
    figure(
      loudness !== undefined && 'snrDb' in loudness
        ? sweep('Quality against signal to noise', 'light over noise of one frame, dB', 'linear', cases, method, at)
        : sweep('Quality against noise', 'noise over deviation of the values', 'log', cases, method, at),
    )
}

function at({ loudness }: Case): number {
  return loudness === undefined ? Number.NaN : 'snrDb' in loudness ? loudness.snrDb : loudness.noise
}

/** The image of the middle seed, as it was scored. */
function panel(name: string, runs: readonly Scored[], size: { rows: number; columns: number }): readonly Panel[] {
  if (runs.length === 0) return []
  const { score, image, cpuSeconds } = middle(runs)
  const cost = `${cpuSeconds < 0.1 ? cpuSeconds.toFixed(3) : cpuSeconds.toFixed(1)} CPU s`
  if (score === undefined) return [{ name, ...size, data: image, note: cost }]
  const note = `${score.psnrDb.toFixed(1)} dB, SSIM ${score.ssim.toFixed(2)}, ${cost}`
  return [{ name, ...size, data: score.fitted, range: [0, 1], note }]
}

function middle(runs: readonly Scored[]): Scored {
  const sorted = [...runs].sort((a, b) => (a.score?.psnrDb ?? 0) - (b.score?.psnrDb ?? 0))
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

const quality = (runs: readonly Scored[]) => runs.map(({ score }) => score?.psnrDb ?? Number.NaN)

function costs(cases: readonly Case[], methods: readonly ImageMethod[]): Chart {
  const curves: Curve[] = methods.map((method, n) => ({
    name: method,
    color: n + 1,
    points: cases.flatMap(({ images }) =>
      (images[method] ?? []).map(({ cpuSeconds, score }) => ({ x: cpuSeconds, y: score?.psnrDb ?? Number.NaN })),
    ),
    dots: true,
  }))
  return { title: 'Quality against cost', x: 'CPU seconds', y: 'PSNR, dB', xScale: 'log', curves }
}

function sweep(
  title: string,
  x: string,
  xScale: 'linear' | 'log',
  cases: readonly Case[],
  methods: readonly ImageMethod[],
  at: (one: Case) => number,
): Chart {
  const curves: Curve[] = methods.map((method, n) => ({
    name: method,
    color: n + 1,
    points: cases
      .map((one) => {
        const values = quality(one.images[method] ?? [])
        return { x: at(one), y: median(values), low: Math.min(...values), high: Math.max(...values) }
      })
      .sort((a, b) => a.x - b.x),
    dots: true,
  }))
  return { title, x, y: 'PSNR, dB', xScale, curves }
}
