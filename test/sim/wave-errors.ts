import { referenceGradient, type WaveImperfections } from '../../sim/wave/index.ts'
import { norm, relativeDistance } from '../../src/reference/norm.ts'
import { echoGradient } from '../../src/rules/echo/contrast.ts'
import { BONDS, chain, chainOptions, START, slopesOf } from './wave-chain.ts'

/** Output and gradient of the reference chain without imperfections. */
export const exact = referenceGradient(chainOptions(), BONDS, START, slopesOf)
export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0)
export const deviation = (values: ArrayLike<number>) => norm(values) / Math.sqrt(values.length)

/** Relative error of the chain's gradient by the two echoes of one moment, mean over machines. */
export async function gradientError(made: Partial<WaveImperfections>, eps: number, seeds = 4): Promise<number> {
  const errors: number[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const { theta } = await echoGradient(await chain(made, { seed }), START, slopesOf, { eps })
    errors.push(relativeDistance(theta, exact.theta))
  }
  return mean(errors)
}

/** The same by echoes of two flights, each with a mirror of its own moment. */
export async function apartError(made: Partial<WaveImperfections>, eps: number, seeds = 4): Promise<number> {
  const errors: number[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const device = await chain(made, { seed })
    const side = async (sign: number) => {
      await using flight = await device.echo.launch(START)
      const { local } = await flight.echo(slopesOf(flight.output).map((slope) => -sign * eps * slope))
      return local ?? new Float64Array(0)
    }
    const [plus, minus] = [await side(1), await side(-1)]
    errors.push(
      relativeDistance(
        plus.map((value, i) => (minus[i] - value) / (2 * eps)),
        exact.theta,
      ),
    )
  }
  return mean(errors)
}
