import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { differs } from './lattice-case.ts'
import { wavePeers, waveProgram } from './wave.ts'
import { cavityCase, latticeCase } from './wave-case.ts'
import { fftCase } from './wave-fft.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-bench-'))
const program = waveProgram(folder)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.for([
  ['chain', latticeCase(1, 9, 20)],
  ['grid', latticeCase(4, 6, 20)],
  ['cavity', cavityCase()],
  ['fft', fftCase(16)],
] as const)('the peers of %s give what the kernels give', ([kind, given], context) => {
  const [wanted, plain] = given.contenders.map((contender) => contender.answer())
  expect(plain).toEqual(wanted)
  const file = join(folder, kind)
  writeFileSync(file, Float64Array.from(given.numbers))
  for (const peer of wavePeers(kind, file, program)) {
    const rates = peer(1e-9)
    if (typeof rates === 'string') return context.skip(rates)
    for (const { answer } of rates) expect(differs(answer, wanted)).toBeLessThan(1e-7)
  }
})
