import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../../src/errors.ts'

/** A program that is compiled where it is used. */
export interface Recipe {
  readonly name: string
  /** Files and folders it is made from; the program is made again when one of them changes. */
  readonly sources: readonly string[]
  /** The command that makes it at `out`. */
  readonly command: (out: string) => readonly [program: string, ...args: string[]]
  /** Where the compiled program is kept. */
  readonly folder: string
  /** What to install if it cannot be made. */
  readonly hint: string
}

/** Path of the compiled program, made if its sources have changed; throws `CAPABILITY` if that is not possible here. */
export async function compiled(recipe: Recipe): Promise<string> {
  const program = join(recipe.folder, `${recipe.name}-${fingerprint(recipe.sources)}`)
  if (existsSync(program)) return program
  // Made beside its place and moved there: two processes may want it at the same time.
  const fresh = `${program}.${process.pid}`
  try {
    mkdirSync(recipe.folder, { recursive: true })
    await run(recipe.command(fresh))
    renameSync(fresh, program)
    return program
  } catch (cause) {
    rmSync(fresh, { force: true })
    throw new InsituError('CAPABILITY', `${recipe.name}: cannot be compiled here: ${(cause as Error).message}`, {
      cause,
      hint: recipe.hint,
    })
  }
}

function fingerprint(sources: readonly string[]): string {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else hash.update(path).update(readFileSync(path))
  }
  for (const source of sources) add(source)
  return hash.digest('hex').slice(0, 16)
}

function run([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (text: Buffer) => {
      complaint += text.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(complaint.trim().slice(-1000) || `exit code ${code}`))
    })
  })
}
