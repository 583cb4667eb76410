import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPty } from '../bench-boards/tools.ts'

const run = promisify(execFile)
const ROOT = new URL('../..', import.meta.url).pathname
const { dependencies, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  scripts: Record<string, string>
}

/** An empty folder with the packed package in it, and of other packages only those it declares. */
const home = mkdtempSync(join(tmpdir(), 'insitu-pack-'))
const bin = join(home, 'node_modules/insitu/dist/src/cli/main.js')
const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: home, timeout: 30_000 })

beforeAll(async () => {
  // As `npm pack` does by itself, but for the types, which `npm run types` checks and nothing here reads.
  await run('npm', ['run', 'build', '--', '--noCheck', '--declaration', 'false'], { cwd: ROOT })
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', home], { cwd: ROOT })
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz')) as string
  const modules = join(home, 'node_modules')
  mkdirSync(join(modules, 'insitu'), { recursive: true })
  await run('tar', ['-xzf', join(home, tarball), '--strip-components=1', '-C', join(modules, 'insitu')])
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }
}, 60_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('the packed package in an empty folder', () => {
  it('is built before it is packed', () => expect(scripts.prepack).toBe('npm run build'))

  it('trains from its command line', async () => {
    const { stdout } = await node(bin, 'train', '--device', 'sim:mgd-chip', '--reads', '5000', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ task: 'iris', device: 'sim:mgd-chip' })
    expect(readdirSync(join(home, 'runs'))).toHaveLength(1)
  })

  it('starts the board it carries', async (context) => {
    context.skip(!hasPty(), 'no pseudo-terminal on this platform')
    const { stdout } = await node(bin, 'train', '--task', 'xor', '--reads', '500', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ task: 'xor', device: 'board' })
  })

  it('has every entry point it promises', async () => {
    const script = join(home, 'entries.mjs')
    writeFileSync(
      script,
      `import { attach, mgd, train } from 'insitu'
import { uniformTheta } from 'insitu/devices'
import { mgdChip } from 'insitu/sim'
import { openDevice } from 'insitu/drivers'
import { contract } from 'insitu/testing'
import { patternsOf } from 'insitu/imaging'
console.log([attach, mgd, train, uniformTheta, mgdChip, openDevice, contract, patternsOf].every((f) => typeof f === 'function'))`,
    )
    expect((await node(script)).stdout.trim()).toBe('true')
  })

  it('echoes on two cores, whose thread keeps no process alive', async () => {
    const script = join(home, 'cores.mjs')
    writeFileSync(
      script,
      `import { waveSimulator } from 'insitu/sim'
let threads = 0
process.on('worker', () => threads++)
const pair = async (cores) => {
  const field = { kind: 'phi-4', columns: 8 }
  const { echo } = waveSimulator({ field, inputs: ['0.q'], outputs: ['7.q'], time: 2, step: 0.1, cores })
  return JSON.stringify(await (await echo.launch(Float64Array.of(1))).both(Float64Array.of(0.1)))
}
console.log(await pair(2) === await pair(1), threads)`,
    )
    expect(await node(script)).toEqual({ stdout: 'true 1\n', stderr: '' })
  })
})
