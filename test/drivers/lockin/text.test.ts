import { expect, it } from 'vitest'
import { takeAnswers, takeBytes } from '../../../drivers/lockin/answers.ts'
import { TextLine } from '../../../drivers/lockin/text.ts'
import { clockedLine } from '../../../sim/bench/clocked-line.ts'
import { VirtualClock } from '../../../sim/bench/virtual-clock.ts'

/** A line, and an instrument that answers each question with one chunk. */
function line(...answers: readonly string[]) {
  const clock = new VirtualClock()
  const [near, far] = clockedLine({ clock, bytesPerSecond: 1e6 })
  const say = (text: string) => far.write(Uint8Array.from(text, (c) => c.charCodeAt(0)))
  const left = [...answers]
  far.listen({ bytes: () => void say(left.shift() ?? ''), closed: () => {} })
  return { clock, say, line: new TextLine(near, clock, '\r') }
}

it('passes over a line feed that comes in a later chunk than its carriage return, once', async () => {
  const at = line('1\r')
  expect(await at.line.ask('?', takeAnswers(1, false), 100)).toEqual(['1'])
  await at.say('\n')
  await at.clock.pass(1)
  expect(at.line.stray).toBe(0)
  await at.say('\n')
  await at.clock.pass(1)
  expect(at.line.stray).toBe(1)
})

it('leaves a block whole that begins with a line feed, after an answer that ended with a carriage return', async () => {
  const at = line('1\r', '\n234')
  await at.line.ask('?', takeAnswers(1, false), 100)
  expect(await at.line.ask('?', takeBytes(4, ''), 100)).toEqual(Uint8Array.of(10, 50, 51, 52))
})
