import type { FreeBanks } from '../streams/free-banks.ts'
import { expected, slopes } from './ask.ts'
import type { Twin, TwinPoint } from './twin.ts'

/** The twin of a machine of which some banks are held (`frozen`): that of the whole machine, with slopes by what is left. */
export function frozenTwin(twin: Twin, free: FreeBanks): Twin {
  const whole = (point: TwinPoint): TwinPoint => ({ ...point, theta: free.whole(point.theta) })
  return {
    ...twin,
    name: `${twin.name}, ${free.places.length} parameters free`,
    width: { ...twin.width, theta: free.places.length },
    async forward(point, sense) {
      sense.set(await expected(twin, whole(point)))
    },
    async vjp(point, measured, cotangent, into) {
      const theta = into.theta && new Float64Array(twin.width.theta)
      await slopes(twin, whole(point), measured, cotangent, { ...into, ...(theta && { theta }) })
      if (theta !== undefined) into.theta?.set(free.part(theta))
    },
  }
}
