import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { entryArguments } from '../../sim/bench/process.ts'
import { openClient } from './client.ts'
import { hasPty, isAlive, until } from './tools.ts'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** A program that starts a board and waits; prints the board's pid and path. */
async function startParent(link: string): Promise<{ parent: ChildProcess; pid: number; path: string }> {
  const parent = spawn(process.execPath, [...entryArguments('parent', import.meta.url), link], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  opened.push(() => void parent.kill('SIGKILL'))
  const [line] = await once(parent.stdout!, 'data')
  return { parent, ...JSON.parse(String(line)) }
}

describe.skipIf(!hasPty())('the process of a board', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'goes when its parent goes by %s, and takes its link along',
    async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'insitu-process-'))
      opened.push(() => rm(folder, { recursive: true }))
      const { parent, pid, path } = await startParent(join(folder, 'board'))
      expect(isAlive(pid)).toBe(true)
      parent.kill(signal)
      expect(await until(() => !isAlive(pid), 3000)).toBe(true)
      expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined()
    },
  )

  test('leaves Ctrl-C to the host program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'insitu-process-'))
    opened.push(() => rm(folder, { recursive: true }))
    const { pid, path } = await startParent(join(folder, 'board'))
    process.kill(pid, 'SIGINT')
    await sleep(50)
    const client = await openClient(path)
    opened.push(client.close)
    expect((await client.hello()).protocol).toBe(1)
  })
})
