import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { hasPty } from '../bench-boards/tools.ts'
import { insitu } from '../cli/tools.ts'
import { asProgram, type Fence, fences, pages, ROOT } from './blocks.ts'

const run = promisify(execFile)
const all = pages().flatMap(fences)
const code = all.filter(({ language }) => language === 'ts')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** A folder with all named blocks in it, so that one block can import another. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'insitu-docs-'))
  writeFileSync(join(path, 'package.json'), '{"type":"module"}')
  for (const { file, text } of code)
    if (file !== undefined) writeFileSync(join(path, file.replace(/\.ts$/, '.js')), asProgram(text))
  return path
}

/** What a block prints. Blocks that train for seconds run once, however many tests look at them. */
const printed = new Map<Fence, Promise<string>>()
function outputOf(fence: Fence): Promise<string> {
  const known = printed.get(fence)
  if (known !== undefined) return known
  const entry = join(folder(), 'script.js')
  writeFileSync(entry, asProgram(fence.text))
  const output = run(process.execPath, [entry], { cwd: ROOT, timeout: 25_000 }).then(({ stdout }) => stdout)
  printed.set(fence, output)
  return output
}

describe('code in the documentation', () => {
  it.for(code.map((fence) => [`${fence.page}:${fence.line}`, fence] as const))(
    '%s runs',
    async ([, fence], context) => {
      context.skip(fence.text.includes('startBoard') && !hasPty(), 'no pseudo-terminal on this platform')
      const output = await outputOf(fence)
      if (fence.file === undefined) expect(output).not.toBe('')
    },
  )

  it('shows a script of twenty lines and a driver in the README, and the script solves its task', async () => {
    const [script, driver] = code.filter(({ page }) => page === 'README.md')
    expect(script.text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20)
    expect(driver.text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(42)
    const answers = (await outputOf(script)).trim().split('\n').at(-1)?.split(' ').map(Number)
    expect(answers?.map(Math.round)).toEqual([0, 1, 1, 0])
  })
})

describe('commands in the documentation', () => {
  const lines = all
    .filter(({ language }) => language === 'sh')
    .flatMap(({ page, text }) => text.split('\n').map((line) => [page, line.replace(/\s+#.*$/, '')] as const))
  const commands = lines.flatMap(([page, line]) => line.split('&&').map((part) => [page, part.trim()] as const))

  it('are there', () => expect(commands.length).toBeGreaterThan(15))

  it('exist, with all their options', async () => {
    const help = new Map<string, string>()
    for (const [page, command] of commands) {
      const [tool, ...words] = command.split(/\s+/)
      expect(tool, `${page}: ${command}`).toBe('npm')
      if (words[0] === 'ci') continue
      const script = words[0] === 'run' ? words[1] : words[0]
      expect(Object.keys(manifest.scripts), `${page}: ${command}`).toContain(script)
      if (!words.includes('--')) continue
      const args = words.slice(words.indexOf('--') + 1)
      const verb =
        script === 'start' ? ['train'] : ['bench', 'demo'].includes(args[0]) ? args.slice(0, 2) : args.slice(0, 1)
      const name = verb.join(' ')
      if (!help.has(name)) help.set(name, (await insitu(...verb, '--help')).out)
      for (const flag of args.filter((arg) => arg.startsWith('--'))) {
        expect(help.get(name), `${page}: ${command}`).toMatch(new RegExp(`${flag}\\b`))
      }
    }
  })
})

describe('links in the documentation', () => {
  it('lead to files that are there', () => {
    for (const page of pages()) {
      // Code may index and call: `slopes[1](along)` is no link.
      const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```.*?^```/gms, '')
      for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        expect(existsSync(join(ROOT, normalize(join(dirname(page), target)))), `${page} -> ${target}`).toBe(true)
      }
    }
  })
})
