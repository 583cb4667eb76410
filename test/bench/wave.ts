import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { differs } from './lattice-case.ts'
import { median, race } from './measure.ts'
import type { BenchOptions, Part, Ratio, Result } from './part.ts'
import { compiledC, type PeerRate, ratesOf, source } from './peers.ts'
import { cavityCase, latticeCase, type WaveCase } from './wave-case.ts'
import { waveCores } from './wave-cores.ts'
import { fftCase } from './wave-fft.ts'
import { waveMemory } from './wave-memory.ts'

/** Steps of wave fields by their kernels, against plain C, numpy and the plain loops. */
export const wave: Part = {
  name: 'wave',
  about:
    'wave fields: lattice and cavity steps, Fourier transform, against C, numpy and the plain loops; echoes on two cores and their memory',
  async run(options) {
    const results: Result[] = []
    for (const { name, given, least } of CASES) results.push(await one(name, given(), least, options))
    return [...results, await waveCores(options), waveMemory()]
  },
}

/** Bars of WebAssembly by what it is compared with. */
type Bars = Readonly<Record<string, number>>

const CASES: readonly { readonly name: string; readonly given: () => WaveCase; readonly least: Bars }[] = [
  { name: 'chain of 1024', given: () => latticeCase(1, 1024, 1000), least: { C: 0.35, 'numpy, as-written': 15 } },
  { name: 'grid 128 x 128', given: () => latticeCase(128, 128, 100), least: { C: 0.45 } },
  { name: 'cavity 4 x 4, averaged echo', given: cavityCase, least: { 'numpy, in-place': 6 } },
  { name: 'transform 256 x 256', given: () => fftCase(256), least: {} },
]

/** How far a peer that rounds otherwise may be off, as a share of the largest number. */
const TOLERANCE = 1e-7

async function one(name: string, given: WaveCase, least: Bars, { short }: BenchOptions): Promise<Result> {
  const [rounds, seconds] = short ? [2, 0.1] : [7, 0.3]
  const { contenders, kind, unit, numbers } = given
  const wanted = contenders[0].answer()
  for (const other of contenders)
    if (other.answer().some((value, i) => value !== wanted[i]))
      throw new Error(`${name}: ${other.name} gives other bits`)
  const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
  const lists = new Map<string, number[]>()
  const note = (of: string, rate: number) => lists.set(of, [...(lists.get(of) ?? []), rate])
  const skipped = new Set<string>()
  try {
    const file = join(folder, 'case')
    writeFileSync(file, Float64Array.from(numbers))
    const peers = wavePeers(kind, file, waveProgram(folder))
    for (let round = 0; round < rounds; round++) {
      for (const [of, rate] of await race(contenders, 1, seconds)) note(of, rate)
      for (const peer of peers) {
        const rates = peer(seconds)
        if (typeof rates === 'string') {
          skipped.add(rates)
          continue
        }
        for (const { name: of, rate, answer } of rates) {
          const off = differs(answer, wanted)
          if (!(off <= TOLERANCE)) throw new Error(`${name}: ${of} differs by ${off} of the largest number`)
          note(of, rate)
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rates = new Map([...lists].map(([of, list]) => [of, median(list)]))
  return {
    part: `wave: ${name}`,
    rows: [...rates].map(([of, rate]) => ({ name: of, rate, unit })),
    ratios: ratios(rates, least),
    skipped: [...skipped],
  }
}

/** WebAssembly over the faster form in C, over every form in numpy, over the plain loop. */
function ratios(rates: ReadonlyMap<string, number>, least: Bars): readonly Ratio[] {
  const kernel = rates.get('WebAssembly') as number
  const others = new Map([...rates].filter(([of]) => of.startsWith('numpy') || of === 'plain TypeScript'))
  const native = [...rates].filter(([of]) => of.startsWith('C, ')).map(([, rate]) => rate)
  if (native.length > 0) others.set('C', Math.max(...native))
  return [...others].map(([of, rate]) => ({
    name: `WebAssembly / ${of}`,
    value: kernel / rate,
    ...(of in least && { least: least[of] }),
  }))
}

type Peer = (seconds: number) => readonly PeerRate[] | string

/** Compiles wave.c for this processor; the program, or an error. */
export function waveProgram(folder: string): string | Error {
  return compiledC('wave.c', folder, ['-march=native'])
}

/** The peers of a case: wave.c, the `program`, for lattices, wave.py for all. */
export function wavePeers(kind: WaveCase['kind'], file: string, program: string | Error): readonly Peer[] {
  const answer = `${file}.answer`
  const python: Peer = (seconds) =>
    named(
      'numpy',
      ratesOf('python3', [source('wave.py'), kind, file, answer, `${seconds}`], answer, 'no python3 with numpy'),
    )
  if (kind !== 'chain' && kind !== 'grid') return [python]
  const c: Peer = (seconds) => {
    if (typeof program !== 'string') return program.message
    return named('C', ratesOf(program, [kind, file, answer, `${seconds}`], answer, 'wave.c fails'))
  }
  return [c, python]
}

function named(language: string, rates: readonly PeerRate[] | string): readonly PeerRate[] | string {
  return typeof rates === 'string' ? rates : rates.map((rate) => ({ ...rate, name: `${language}, ${rate.name}` }))
}
