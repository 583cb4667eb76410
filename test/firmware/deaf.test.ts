import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { chipSetup } from '../../drivers/chip.ts'
import {
  armRequest,
  encodeFrame,
  encodeMeasure,
  FAULT,
  FrameDecoder,
  type Layout,
  type Pulse,
  pingReply,
  REPLY,
  REQUEST,
} from '../../src/wire/index.ts'
import { buildHost, noCompiler } from './host.ts'

if (noCompiler) console.warn(`a host that takes no answers: skipped, ${noCompiler}`)

describe.skipIf(noCompiler)('the host build', () => {
  it('reaches its safe values although nobody takes what it measured', async () => {
    const child = spawn(await buildHost(), [], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ask = (type: number, seq: number, payload: Uint8Array = new Uint8Array(0)) =>
      child.stdin.write(encodeFrame(type, seq, payload))
    const step = 2 ** -14
    const layout: Layout = {
      format: 'i16',
      banks: [],
      paramCount: 510,
      drive: { width: 1, step },
      sense: { width: 255, step },
    }
    ask(REQUEST.configure, 1, chipSetup({ layers: [1, 255], activation: 'sigmoid' }))
    ask(REQUEST.arm, 2, armRequest.encode({ armId: 7, watchdogMs: 50 }))
    // Two megabytes, far more than all buffers on the way hold.
    const drive = { kind: 'track', data: Float64Array.of(0.5), hold: 4096 } as const
    ask(REQUEST.measure, 3, encodeMeasure(layout, 7, { slots: 4096, drive }))
    // Two seconds of patience, in which nothing may be taken.
    await wait(3500)
    let pulse: Pulse | undefined
    const decoder = new FrameDecoder(({ type, seq, payload }) => {
      if (type === (REQUEST.ping | REPLY) && seq >= 4) pulse = pingReply.decode(payload)
    })
    child.stdout.on('data', (chunk: Uint8Array) => decoder.push(chunk))
    // Then the rest of the work (a second on a slow computer, several on a busy one), then the watchdog. Questions feed
    // it, so they come more rarely than it bites.
    for (let seq = 4; seq < 34 && pulse?.fault !== FAULT.watchdog; seq++) {
      ask(REQUEST.ping, seq)
      await wait(400)
    }
    expect(pulse?.fault).toBe(FAULT.watchdog)
    child.stdin.end()
    await once(child, 'exit')
  }, 20_000)
})
