import type { Chip } from './avr-chip.ts'
import { ByteQueue } from './byte-queue.ts'

/** The two wires between a host and the emulated chip, at the speed the chip's registers set. */
export interface AvrLine {
  /** Puts the host's bytes on the wire; they arrive one character time apart. */
  send(bytes: Uint8Array): void
  /** Bytes that wait for the wire. */
  waiting(): number
  /** Called by the chip for each character that has left. */
  transmitted(byte: number): void
  /** What the chip has sent since the last call. */
  collect(): Uint8Array
  /** Whether a character is on either wire. */
  busy(): boolean
  /** A new life of the chip: what was on the wire to it is lost. */
  attach(chip: Chip): void
  /** Characters that found the receiver full or switched off. */
  lost(): number
}

export function createAvrLine(): AvrLine {
  const toChip = new ByteQueue()
  let fromChip = new Uint8Array(1024)
  let sent = 0
  let arriving = -1
  let lost = 0
  let chip: Chip

  function next(): void {
    if (toChip.length === 0) return
    arriving = toChip.shift()
    chip.cpu.addClockEvent(arrive, chip.usart.characterCycles())
  }

  function arrive(): void {
    if (!chip.usart.arrive(arriving)) lost++
    arriving = -1
    next()
  }

  return {
    send(bytes) {
      toChip.push(bytes)
      if (arriving < 0) next()
    },
    waiting: () => toChip.length,
    transmitted(byte) {
      if (sent === fromChip.length) {
        const bigger = new Uint8Array(2 * sent)
        bigger.set(fromChip)
        fromChip = bigger
      }
      fromChip[sent++] = byte
    },
    collect() {
      const bytes = fromChip.subarray(0, sent)
      sent = 0
      return bytes
    },
    busy: () => arriving >= 0 || chip.usart.sending(),
    attach(given) {
      chip = given
      toChip.clear()
      arriving = -1
    },
    lost: () => lost,
  }
}
