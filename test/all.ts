/** What `npm test` does: tests, with types and lint beside them in the time that boards leave idle; words after `--` go to vitest. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

interface Part {
  readonly name: string
  readonly passed: boolean
  /** What it printed, unless that went to the terminal. */
  readonly text: string
}

/** Runs a script of package.json and keeps what it prints. */
async function beside(name: string): Promise<Part> {
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  const keep = (chunk: Buffer) => {
    text += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const [code] = await once(child, 'close')
  return { name, passed: code === 0, text }
}

async function inFront(name: string, words: readonly string[]): Promise<Part> {
  const child = spawn('npm', ['run', '--silent', name, '--', ...words], { stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return { name, passed: code === 0, text: '' }
}

const parts = await Promise.all([beside('types'), beside('lint'), inFront('vitest', process.argv.slice(2))])
for (const { name, passed, text } of parts) if (!passed && text !== '') console.error(`${name}:\n${text}`)
console.log(parts.map(({ name, passed }) => `${name} ${passed ? 'passed' : 'failed'}`).join(', '))
process.exitCode = parts.every(({ passed }) => passed) ? 0 : 1
