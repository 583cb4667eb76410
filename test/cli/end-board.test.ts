import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { endBoard } from '../../src/cli/machines/end-board.ts'

test('a board is ended at once, and one that is gone already is no error', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const ended = once(child, 'exit')
  endBoard(child.pid as number)
  expect(await ended).toEqual([null, 'SIGKILL'])
  expect(() => process.kill(child.pid as number, 'SIGKILL')).toThrow('ESRCH')
  expect(() => endBoard(child.pid as number)).not.toThrow()
})
