import type { Clock } from '../../../src/wire/channel.ts'
import { toFailure } from '../board-messages.ts'
import { type Pty, pty } from '../pty.ts'
import { type ImagerBench, imagerBench, type Optics } from './imager-bench.ts'
import type { BenchCommand, BenchReport, BenchStart, Mishap } from './process-messages.ts'

// The process of one bench: two instruments, two pseudo-terminals. It ends when its parent does.

const clock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

const ports: Pty[] = []
let bench: ImagerBench | undefined

async function finish(code: number): Promise<never> {
  for (const port of ports) await port.close()
  process.exit(code)
}

function report(message: BenchReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve())
    else resolve()
  })
}

async function start({ optics, displayLink, lockInLink, ...options }: BenchStart): Promise<void> {
  const module = (await import(optics.module)) as Record<
    string,
    (...args: readonly unknown[]) => Optics | Promise<Optics>
  >
  bench = imagerBench({ ...options, clock, optics: await module[optics.export](...optics.args) })
  const display = await pty({ link: displayLink })
  const lockIn = await pty({ link: lockInLink })
  ports.push(display, lockIn)
  bench.display.attach(display)
  bench.lockIn.attach(lockIn)
  await report({ ready: { display: display.path, lockIn: lockIn.path } })
}

function befall(mishap: Mishap): void {
  if (bench === undefined) return
  if (mishap.on === 'display') bench.display.powerCycle()
  else if (mishap.call === 'panel' || mishap.call === 'gpib') bench.lockIn[mishap.call](mishap.line)
  else bench.lockIn[mishap.call]()
}

process.once('disconnect', () => void finish(0))
process.once('SIGTERM', () => void finish(0))
process.once('SIGHUP', () => void finish(0))
// Ctrl-C goes to the whole process group; the host program decides when its bench ends.
process.on('SIGINT', () => {})
process.on('message', (message: BenchCommand) => {
  if ('stop' in message) void finish(0)
  else if ('start' in message)
    start(message.start).catch(async (error: unknown) => {
      await report({ failed: toFailure(error) })
      await finish(1)
    })
  else {
    befall(message.mishap)
    void report({ done: message.id })
  }
})
