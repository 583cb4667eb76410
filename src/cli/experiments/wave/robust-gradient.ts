import {
  referenceGradient,
  type WaveImperfections,
  type WaveOptions,
  type WaveSimulator,
  waveSimulator,
} from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { InsituError } from '../../../errors.ts'
import { norm, relativeDistance } from '../../../reference/norm.ts'
import { echoGradient, oneSidedGradient } from '../../../rules/echo/contrast.ts'
import { LIMIT, limitOf, type Sweep, sizesOf } from './faults.ts'
import type { Problem } from './problem.ts'

/** What a fault does to the gradient of one machine. */
interface Spoiled {
  readonly error: number
  readonly cosine: number
  readonly oneSided: number
}

/** Middle, lowest and highest of several machines. */
export interface Spread {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** A sweep over all machines. */
export interface Swept {
  readonly sizes: readonly number[]
  readonly errors: readonly Spread[]
  readonly cosines: readonly Spread[]
  readonly oneSided: readonly Spread[]
  /** Size at which the median error reaches 10 %, two-sided and one-sided; null if none tried does. */
  readonly limit: number | null
  readonly oneSidedLimit: number | null
}

/** Makes a fault worse step by step, on one machine for every problem. */
export async function sweepFault(
  sweep: Sweep,
  problems: readonly Problem[],
  { eps, perDecade }: { readonly eps: number; readonly perDecade: number },
): Promise<Swept> {
  const sizes = sizesOf(sweep, perDecade)
  const known = problems.map((problem) => ({ time: problem.options.time, injection: largestInjection(problem, eps) }))
  const found: (readonly Spoiled[])[] = []
  for (const size of sizes) {
    const each: Spoiled[] = []
    for (const [n, problem] of problems.entries())
      each.push(await spoil(sweep, sweep.made(size, known[n]), problem, eps).catch(broken))
    found.push(each)
  }
  const spreads = (key: keyof Spoiled) => found.map((each) => spreadOf(each.map((one) => one[key])))
  const [errors, oneSided] = [spreads('error'), spreads('oneSided')]
  const limit = (list: readonly Spread[]) =>
    limitOf(
      sizes,
      list.map(({ median }) => median),
    )
  return {
    ...{ sizes, errors, oneSided, cosines: spreads('cosine') },
    ...{ limit: limit(errors), oneSidedLimit: limit(oneSided) },
  }
}

/** What is said of a sweep in words. */
export function limitWords({ limit, sizes }: Swept): string {
  const percent = `${100 * LIMIT} %`
  if (limit === null) return `below ${percent} up to ${sizes[sizes.length - 1]}`
  return limit === sizes[0] ? `above ${percent} from ${limit} on` : `${percent} at ${limit}`
}

/** Largest injection of the same machine without faults. */
function largestInjection({ options, theta, drive, target }: Problem, eps: number): number {
  const { slopes } = referenceGradient(options, theta, drive, slopesTo(target))
  return slopes.reduce((most, slope) => Math.max(most, Math.abs(eps * slope)), 0)
}

function slopesTo(target: Float64Array) {
  return (output: Float64Array) => output.map((value, o) => value - target[o])
}

async function spoil(
  { apart }: Sweep,
  imperfections: Partial<WaveImperfections>,
  problem: Problem,
  eps: number,
): Promise<Spoiled> {
  const { theta, drive, target } = problem
  const slopesOf = slopesTo(target)
  const options: WaveOptions = { ...problem.options, imperfections }
  const exact = referenceGradient(options, theta, drive, slopesOf).theta
  const machine = waveSimulator(options)
  await using device = attach(apart ? oneWay(machine) : machine)
  await device.store(theta)
  const found = (await echoGradient(device, drive, slopesOf, { eps })).theta
  const single = (await oneSidedGradient(device, drive, slopesOf, eps, {})).theta
  const dot = found.reduce((sum, value, i) => sum + value * exact[i], 0)
  return {
    error: relativeDistance(found, exact),
    cosine: dot / (norm(found) * norm(exact)),
    oneSided: relativeDistance(single, exact),
  }
}

/** A machine whose wave leaves the numbers has no gradient; any other error is thrown on. */
function broken(error: unknown): Spoiled {
  if (!(error instanceof InsituError && error.code === 'INVALID_READING')) throw error
  return { error: Number.POSITIVE_INFINITY, cosine: 0, oneSided: Number.POSITIVE_INFINITY }
}

/** The same machine, which echoes once a flight. */
function oneWay(machine: WaveSimulator): WaveSimulator {
  const { echo } = machine
  return {
    ...machine,
    echo: {
      ...echo,
      async launch(drive, opts) {
        const { both: _, ...flight } = await echo.launch(drive, opts)
        return flight
      },
    },
  }
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
  return { median, lowest: sorted[0], highest: sorted[sorted.length - 1] }
}
