import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Result } from './part.ts'

const CHILD = fileURLToPath(new URL('./wave-memory-child.ts', import.meta.url))
const SITES = 1024
const STEPS = 25
/** Frames of the shorter passage; the longer one takes ten times as long. */
const FRAMES = 20
const MIB = 2 ** 20

/** Peak memory of a gradient over a time T and over 10 T, each in a process of its own. */
export function waveMemory(): Result {
  const ways = ['echoes', 'backpropagation'] as const
  const found = ways.map((way) => [peak(way, FRAMES), peak(way, 10 * FRAMES)] as const)
  const [echoes, other] = found.map(([, longer]) => longer.gradient)
  if (!(Math.abs(echoes / other - 1) < 1e-5)) throw new Error(`wave memory: gradients of size ${echoes} and ${other}`)
  // Positions and momenta of every step that the longer passage has more.
  const trajectory = 9 * FRAMES * STEPS * SITES * 16
  const growth = found.map(([shorter, longer]) => (longer.bytes - shorter.bytes) / trajectory)
  return {
    part: `wave: peak memory of a gradient, chain of ${SITES}, T = ${FRAMES * STEPS} steps`,
    rows: ways.flatMap((way, n) =>
      [`${way}, T`, `${way}, 10 T`].map((name, i) => ({ name, rate: found[n][i].bytes / MIB, unit: 'MiB' })),
    ),
    ratios: [
      { name: 'echoes, growth from T to 10 T / trajectory', value: growth[0], most: 0.25 },
      { name: 'backpropagation, growth from T to 10 T / trajectory', value: growth[1] },
    ],
    skipped: [],
  }
}

function peak(way: string, frames: number): { readonly bytes: number; readonly gradient: number } {
  const args = ['--import', 'tsx', CHILD, way, ...[SITES, frames, STEPS].map(String)]
  const [bytes, gradient] = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split(' ').map(Number)
  return { bytes, gradient }
}
