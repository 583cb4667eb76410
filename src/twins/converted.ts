import type { Conversion } from '../streams/converted.ts'
import { expected, slopes } from './ask.ts'
import type { Twin } from './twin.ts'

/** The twin of a machine behind a conversion (`converted`); a reading that is held at an end has no slope. */
export function convertedTwin(twin: Twin, conversion: Conversion): Twin {
  const { unit, gain = 1, offset = 0, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = conversion
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
