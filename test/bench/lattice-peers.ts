import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plan } from '../../src/kernels/spring/plan.ts'
import type { TrainingCase } from './lattice-case.ts'
import { compiledC, ratesOf, source } from './peers.ts'

/** What a peer's program is called there, by the name it prints. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['native', 'C -O3'],
  ['splu', 'scipy splu'],
  ['banded', 'LAPACK banded'],
])

/** Writes the case as the peers read it: every array as its length and its numbers, the plan last. */
export function writeCase(folder: string, { topology, along, stiffness, load, target }: TrainingCase): string {
  const { fronts, rows, places, children, terms, zeros, order, held, panels, updates, panel, height } = plan(
    topology,
    'sparse',
  )
  const sizes = Int32Array.of(panels, updates, panel, height)
  const arrays: readonly (Int32Array | Float64Array)[] = [
    ...[topology.bonds, along, stiffness, load, target, Int32Array.from(topology.pinned)],
    ...[fronts, rows, places, children, terms, zeros, order, held, sizes],
  ]
  const file = join(folder, 'case')
  const parts = arrays.flatMap((list) => [
    Buffer.from(Int32Array.of(list.length).buffer),
    Buffer.from(list.buffer, list.byteOffset, list.byteLength),
  ])
  writeFileSync(file, Buffer.concat(parts))
  return file
}

/** Compiles lattice.c with cc -O3; the program, or an error. */
export function compiled(folder: string): string | Error {
  return compiledC('lattice.c', folder)
}

interface PeerProducts {
  readonly name: string
  readonly rate: number
  readonly products: Float64Array
}

/** Runs a peer on a case; its rates and answers, or the reason why there are none. */
export function peer(
  what: 'C -O3' | 'scipy',
  program: string | Error,
  file: string,
  seconds: number,
): readonly PeerProducts[] | string {
  if (typeof program !== 'string') return program.message
  const answer = `${file}.answer`
  const args = [...(what === 'scipy' ? [source('lattice.py')] : []), file, answer, `${seconds}`]
  const rates = ratesOf(program, args, answer, what === 'scipy' ? 'no python3 with scipy' : 'lattice.c fails')
  if (typeof rates === 'string') return rates
  return rates.map(({ name, rate, answer: products }) => ({ name: NAMES.get(name) ?? name, rate, products }))
}
