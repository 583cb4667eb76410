import { type ImagerSettings, imagerTheta } from '../../../devices/thz-imager.ts'
import { type ThzImagerOptions, thzImagerBody } from '../../thz/thz-imager.ts'
import type { Optics } from './imager-bench.ts'

/** As `thzImager` takes it, or with the object as a list of numbers, which also travels between processes. */
export interface ThzOpticsOptions extends Omit<ThzImagerOptions, 'object'> {
  readonly object: ThzImagerOptions['object'] | readonly number[]
}

/** The optics of a simulated THz imager between a display and a detector: its open beam is `gain` V per V of the source. */
export function thzOptics({ object, ...options }: ThzOpticsOptions, settings: ImagerSettings = {}): Optics {
  const listed = Array.isArray(object) ? Float64Array.from(object) : (object as ThzImagerOptions['object'])
  const body = thzImagerBody({ ...options, object: listed })
  body.store(imagerTheta(body.sheet, settings))
  const seen = new Float64Array(1)
  return (levels) => {
    body.run({ slots: 1, drive: { kind: 'track', data: levels, hold: 1 } }, seen)
    return seen[0]
  }
}
