import type { Picture } from './experiment.ts'
import { snapshots } from './wave/snapshots.ts'
import { spaceTime, type WavePictureOptions } from './wave/space-time.ts'
import type { WaveTrace } from './wave/trace.ts'

export { type PhaseOptions, phasePortrait, phasePortraitSvg } from './wave/phase-portrait.ts'
export { type SnapshotOptions, snapshots, snapshotsSvg } from './wave/snapshots.ts'
export { spaceTime, spaceTimeSvg, type WaveOptions, type WavePictureOptions } from './wave/space-time.ts'
export type { Shown, WavePassage, WaveTrace } from './wave/trace.ts'

/** A wave as a figure of a report: over time and sites where they lie in a row, as snapshots where they lie in a plane. */
export function wavePicture(trace: WaveTrace, options: WavePictureOptions = {}): Picture {
  return trace.rows > 1 && trace.columns > 1 ? snapshots(trace, options) : spaceTime(trace, options)
}
