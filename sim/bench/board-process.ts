import { setTimeout as sleep } from 'node:timers/promises'
import { InsituError } from '../../src/errors.ts'
import type { BoardOptions, RunningBoard } from './board-kinds.ts'
import { type Command, type Report, type Start, toFailure } from './board-messages.ts'
import { runBoard } from './board-targets.ts'
import { type Pty, pty } from './pty.ts'

// The process of one board. Its parent holds the other end of the message channel: when that end goes, for whatever
// reason, so does the board.

const START_LIMIT = 3000

let port: Pty | undefined
let board: RunningBoard | undefined

async function finish(code: number): Promise<never> {
  await board?.close()
  await port?.close()
  process.exit(code)
}

function report(message: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve())
    else resolve()
  })
}

async function fail(error: unknown): Promise<never> {
  await report({ failed: toFailure(error) })
  return finish(1)
}

async function obey(command: Command): Promise<void> {
  if (command.ask === 'stop') return finish(0)
  try {
    if (command.ask === 'reset') await board?.reset(command.cause)
    await report({ id: command.id, done: board?.counters() ?? {} })
  } catch (error) {
    await report({ id: command.id, failed: toFailure(error) })
  }
}

async function start(options: BoardOptions): Promise<void> {
  port = await pty({ link: options.link })
  board = await runBoard(options, port, fail)
  const started = performance.now()
  while (!board.ready()) {
    if (performance.now() - started > START_LIMIT)
      throw new InsituError('TIMEOUT', `board ${port.path}: its program did not switch the receiver on`, {
        hint: 'is the image made for an ATmega328P with its serial port in use?',
      })
    await sleep(2)
  }
  await report({ ready: port.path })
}

process.once('disconnect', () => void finish(0))
process.once('SIGTERM', () => void finish(0))
process.once('SIGHUP', () => void finish(0))
// Ctrl-C goes to the whole process group; the host program decides when its board ends.
process.on('SIGINT', () => {})
process.on('message', (message: Start | Command) => {
  if ('start' in message) start(message.start).catch(fail)
  else void obey(message)
})
