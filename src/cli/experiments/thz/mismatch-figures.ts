import type { Score } from '../../../imaging/score.ts'
import { imagePanels, type Panel } from '../../../report/imager/image-panels.ts'
import type { Context } from '../experiment.ts'
import type { MismatchSettings } from './mismatch-settings.ts'

/** How good an image is, and the image as it was scored. */
export interface Imaged {
  readonly score: Score
}

/** Images as they were scored, beside the object. */
function panels(
  object: Float64Array,
  images: Readonly<Record<string, Imaged>>,
  { grid }: MismatchSettings,
): readonly Panel[] {
  const size = { rows: grid, columns: grid, range: [0, 1] as const }
  return [
    { name: 'object', ...size, data: object },
    ...Object.entries(images).map(([name, { score }]) => ({
      ...{ name, ...size, data: score.fitted },
      note: `${score.psnrDb.toFixed(1)} dB, SSIM ${score.ssim.toFixed(2)}`,
    })),
  ]
}

/** Before a calibration, after each kind, and of a machine without faults. */
export function drawMismatch(
  object: Float64Array,
  images: Readonly<Record<string, Imaged>>,
  settings: MismatchSettings,
  { figure }: Context,
): void {
  const shown = panels(object, images, settings)
  figure(
    imagePanels({ title: 'Images before and after calibration', images: shown, across: Math.min(5, shown.length) }),
  )
}

/** What each mismatch does to the image. */
export function drawSweep(
  object: Float64Array,
  images: Readonly<Record<string, Imaged>>,
  settings: MismatchSettings,
  { figure }: Context,
): void {
  figure(imagePanels({ title: 'One mismatch at a time', images: panels(object, images, settings), across: 6 }))
}
