import { WAVELENGTH } from '../../../../sim/thz/index.ts'
import { score } from '../../../imaging/score.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { Chart } from '../../../report/chart.ts'
import { imagePanels } from '../../../report/imager/image-panels.ts'
import { type Box, barRegions, bars } from '../../../scenes/index.ts'
import { type Context, experiment } from '../experiment.ts'
import { choice, real, whole } from '../settings.ts'
import { believed, measured, type Placed, placed, planes } from './image-case.ts'
import { makeImages, UNTAUGHT_METHODS } from './image-methods.ts'
import { IMAGER_SETTINGS, type ImagerValues } from './image-settings.ts'
import { numberList } from './lists.ts'
import { orderedPatterns } from './pattern-setting.ts'

const SETTINGS = {
  barUm: numberList([60, 80, 100, 120, 140, 180], 'widths of bars and gaps, um', { above: true }),
  ...IMAGER_SETTINGS,
  pitchUm: real(20, 'distance of neighbouring pixels, um', 1e-3),
  padding: real(8, 'how many times wider than the image the grid of the wave is', 1),
  modelPadding: real(0, 'the same for the reconstruction, 1 or more; 0 takes that of the machine'),
  samplingRatio: real(0.25, 'patterns over pixels'),
  noise: real(0.01, 'noise of a value over the deviation of the values (without the even pattern)'),
  method: choice(UNTAUGHT_METHODS, 'tv-wave', 'how the image is made'),
  iterations: whole(300, 'of the method'),
  reconstructionIndex: real(0, 'index that the image is made with; 0 takes that of the wafer'),
}

/** Visibilities from which bars are taken for resolved. */
const RESOLVED = 0.2

interface Target {
  readonly widthUm: number
  readonly visibility: number
  /** Of the intensity that reaches the wafer, every pixel of it. */
  readonly raw: number
  readonly scene: Placed
  readonly image: Float64Array
  readonly cpuSeconds: number
}

export const thzResolution = experiment({
  name: 'thz-resolution',
  summary: 'how fine three bars may be for an imager behind a silicon wafer',
  source:
    'derived: waves inside silicon carry half-pitches down to lambda / 2 n = 122 um; with a program of our own behind 500 um of it, visibilities -.01, .00, -.01, .21, .92, .96 for bars of 60, 80, 100, 120, 140, 180 um, of the raw intensity -.07, -.15, -.10, .17, .18, -.94; Zhu et al. (arXiv 2505.07839) state 118 um',
  settings: SETTINGS,
  short: { grid: 32, barUm: [80, 160], pitchUm: 40, fineness: 2, padding: 2 },
  async run(settings, context) {
    const { grid, pitchUm, samplingRatio, order, noise, method, iterations, reconstructionIndex, index } = settings
    const { seed, progress } = context
    const side = grid * pitchUm * 1e-6
    const patterns = orderedPatterns(order, grid, Math.max(1, Math.round(samplingRatio * grid * grid)))
    const model = believed(settings, reconstructionIndex || index)
    const targets: Target[] = []
    for (const [n, widthUm] of settings.barUm.entries()) {
      const target = { barWidth: widthUm * 1e-6, side }
      const scene = placed(bars(target), settings)
      const measurement = await measured(settings, scene, patterns, { noise }, childSeed(seed, STREAM.thzNoise, n))
      const [{ image, cpuSeconds }] = await makeImages(method, measurement, model, { iterations }, [seed])
      const see = (of: Float64Array) => visibilityOf(of, barRegions(target), settings)
      const [visibility, raw] = [see(image), see(scene.intensity)]
      targets.push({ widthUm, visibility, raw, scene, image, cpuSeconds })
      progress(`${widthUm} um: visibility ${visibility.toFixed(3)}, of the raw intensity ${raw.toFixed(3)}`)
    }
    draw(targets, settings, context)
    const byWidth = (of: (target: Target) => number) =>
      Object.fromEntries(targets.map((target) => [String(target.widthUm), of(target)]))
    return {
      visibility: byWidth(({ visibility }) => visibility),
      rawVisibility: byWidth(({ raw }) => raw),
      // Everything at least as wide is resolved too.
      resolvedUm: finest(targets),
      cutoffUm: cutoff(settings),
      patterns: patterns.count,
      psnrDb: byWidth(({ image, scene }) => score(image, scene.truth, model).psnrDb),
      cpuSeconds: targets.reduce((sum, one) => sum + one.cpuSeconds, 0),
    }
  },
})

/**
 * (bars - gaps) / (bars + gaps) of the mean values over three bars and the two gaps between them, each over the middle half of its
 * width: pixels that an edge cuts would count as blur of the image.
 */
export function visibilityOf(
  image: Float64Array,
  { bars, gaps }: { readonly bars: readonly Box[]; readonly gaps: readonly Box[] },
  settings: ImagerValues,
): number {
  const mean = (boxes: readonly Box[]) =>
    boxes.reduce((sum, box) => sum + meanOver(image, middleHalf(box), settings), 0) / boxes.length
  const [bright, dark] = [mean(bars), mean(gaps)]
  return (bright - dark) / (bright + dark)
}

function middleHalf(box: Box): Box {
  const quarter = (box.right - box.left) / 4
  return { ...box, left: box.left + quarter, right: box.right - quarter }
}

/** Mean over a box that is given in m from the centre of the object, pixels that it cuts in part. */
function meanOver(image: Float64Array, box: Box, settings: ImagerValues): number {
  const { rows, columns, pitch } = planes(settings).image
  const at = (x: number, count: number) => x / pitch + settings.shift + count / 2
  const [left, right] = [at(box.left, columns), at(box.right, columns)]
  const [top, bottom] = [at(box.top, rows), at(box.bottom, rows)]
  let [sum, area] = [0, 0]
  for (let r = Math.max(0, Math.floor(top)); r < Math.min(rows, bottom); r++)
    for (let c = Math.max(0, Math.floor(left)); c < Math.min(columns, right); c++) {
      const part = (Math.min(r + 1, bottom) - Math.max(r, top)) * (Math.min(c + 1, right) - Math.max(c, left))
      sum += part * image[r * columns + c]
      area += part
    }
  return sum / area
}

/** Half of the shortest period that a wave carries through the wafer, um. */
function cutoff({ index }: ImagerValues): number {
  return (WAVELENGTH / (2 * index)) * 1e6
}

function finest(targets: readonly Target[]): number | null {
  const sorted = [...targets].sort((a, b) => b.widthUm - a.widthUm)
  const blurred = sorted.findIndex(({ visibility }) => visibility < RESOLVED)
  return sorted[(blurred < 0 ? sorted.length : blurred) - 1]?.widthUm ?? null
}

function draw(targets: readonly Target[], settings: ImagerValues, { figure }: Context): void {
  const { grid } = settings
  const size = { rows: grid, columns: grid }
  const curve = (of: (target: Target) => number) =>
    targets.map((one) => ({ x: one.widthUm, y: of(one) })).sort((a, b) => a.x - b.x)
  const chart: Chart = {
    title: 'Visibility of three bars',
    x: 'width of bars and gaps, um',
    y: '(bars - gaps) / (bars + gaps)',
    curves: [
      { name: 'reconstructed', color: 1, points: curve(({ visibility }) => visibility), dots: true },
      { name: 'raw intensity', color: 2, points: curve(({ raw }) => raw), dots: true },
    ],
    level: { name: 'resolved', y: RESOLVED },
    note: `Waves inside the wafer carry half-pitches down to ${cutoff(settings).toFixed(1)} um.`,
  }
  figure(chart)
  figure(
    imagePanels({
      title: 'Bars, what reaches the wafer, and the images',
      across: 3,
      images: targets.flatMap(({ widthUm, scene, image, visibility, raw }) => [
        { name: `${widthUm} um`, ...size, data: scene.truth, range: [0, 1] as const },
        { name: 'intensity', ...size, data: scene.intensity, note: `visibility ${raw.toFixed(2)}` },
        { name: 'image', ...size, data: image, note: `visibility ${visibility.toFixed(2)}` },
      ]),
    }),
  )
}
