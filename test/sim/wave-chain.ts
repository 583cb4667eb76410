import { type WaveImperfections, type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** The reference problem of echo.md, section 3: 32 sites, steps of 0.05, a loss on sites 29 and 30, the gradient in every k. */
export const SITES = 32
export const STEP = 0.05

const names = (part: 'q' | 'p') => Array.from({ length: SITES }, (_, i) => `${i}.${part}`)
const { normal } = draws(5, STREAM.testInputs)
const { uniform } = draws(6, STREAM.testInputs)

/** What every site starts with: q, drawn with deviation 1, then p, with 0.5. */
export const START = Float64Array.from({ length: 2 * SITES }, (_, i) => (i < SITES ? 1 : 0.5) * normal(i))
/** Stiffness of the bonds, 0.5 to 1.5. */
export const BONDS = Float64Array.from({ length: SITES - 1 }, (_, i) => 0.5 + uniform(i))

/** Slopes of half the squared distance to 0.5 and -0.5. */
export const slopesOf = (y: Float64Array) => y.map((value, o) => value - [0.5, -0.5][o])

/** The chain as a machine: every site is driven, and two are read. */
export function chainOptions(
  imperfections: Partial<WaveImperfections> = {},
  { seed = 1, time = 20 }: { readonly seed?: number; readonly time?: number } = {},
): WaveOptions {
  return {
    field: { kind: 'phi-4', columns: SITES },
    inputs: [...names('q'), ...names('p')],
    outputs: ['29.q', '30.q'],
    time,
    step: STEP,
    imperfections,
    seed,
  }
}

/** The same behind its handle, its bonds stored. */
export async function chain(...given: Parameters<typeof chainOptions>) {
  const device = attach(waveSimulator(chainOptions(...given)))
  await device.store(BONDS)
  return device
}
