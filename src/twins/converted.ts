import type { Readings } from '../contract/sheet.ts'
import { type Conversion, convertedEnds } from '../streams/converted.ts'
import { expected, slopes } from './ask.ts'
import type { Twin } from './twin.ts'

/**
 * The twin of a machine behind a conversion (`converted`); a reading that is held at an end has no slope.
 *
 * `sense` is that of the machine before the conversion, `device.sheet.sense`: its range gives the ends where the conversion names none.
 */
export function convertedTwin(twin: Twin, conversion: Conversion, sense: Pick<Readings, 'min' | 'max'>): Twin {
  const { unit, gain = 1, offset = 0 } = conversion
  const { min, max } = convertedEnds(sense, conversion)
  return {
    ...twin,
    name: `${twin.name} in ${unit}`,
    async forward(point, sense) {
      const readings = await expected(twin, point)
      for (let i = 0; i < sense.length; i++) sense[i] = Math.min(max, Math.max(min, gain * readings[i] + offset))
    },
    async vjp(point, measured, cotangent, into) {
      const sense = measured.sense.map((value) => (value - offset) / gain)
      const behind = cotangent.map((value, i) => {
        const reading = measured.sense[i]
        return reading > min && reading < max ? gain * value : 0
      })
      await slopes(twin, point, { ...measured, sense }, behind, into)
    },
  }
}
