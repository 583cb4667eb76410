import { describe, expect, it } from 'vitest'
import { InsituError } from '../../src/errors.ts'
import { Journal, type Sink } from '../../src/run/journal.ts'

/** A disk of `room` bytes that takes at most 7 at a time. */
function smallDisk(room: number) {
  const bytes = new Uint8Array(1000)
  let length = 0
  const disk = {
    room,
    path: 'events.jsonl',
    write(chunk: Uint8Array, position: number) {
      if (position >= disk.room) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      const taken = chunk.subarray(0, Math.min(7, disk.room - position))
      bytes.set(taken, position)
      length = Math.max(length, position + taken.length)
      return taken.length
    },
    sync() {},
    close() {},
    text: () => Buffer.from(bytes.subarray(0, length)).toString(),
  } satisfies Sink & Record<string, unknown>
  return disk
}

describe('journal', () => {
  it('holds what a full disk does not take, names the fault, and writes it once there is room', () => {
    for (let room = 0; room < 30; room++) {
      const disk = smallDisk(room)
      const journal = new Journal(disk)
      for (const line of ['first line', 'second line', 'third line']) journal.push(line)
      let fault: unknown
      try {
        journal.flush()
      } catch (error) {
        fault = error
      }
      expect(fault).toBeInstanceOf(InsituError)
      expect((fault as InsituError).code).toBe('RECORD')
      expect((fault as InsituError).message).toMatch(/^DISK_FULL: .*3 events held/)
      expect(journal.held).toBe(3)
      disk.room = 1000
      journal.flush()
      expect(disk.text()).toBe('first line\nsecond line\nthird line\n')
      expect(journal.held).toBe(0)
    }
  })
})
