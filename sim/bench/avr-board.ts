import { atmega328p, type Chip, createChip, type ResetCause } from './avr-chip.ts'
import type { Eeprom } from './avr-eeprom.ts'
import { createAvrLine } from './avr-line.ts'
import type { RunningBoard } from './board-kinds.ts'
import type { Pty } from './pty.ts'

export interface AvrBoardOptions {
  readonly flash: Uint8Array<ArrayBuffer>
  readonly eeprom: Eeprom
  readonly signature: Uint8Array
  readonly port: Pty
  /** Emulated seconds per second; the line gets faster with it. */
  readonly speed: number
}

/** Milliseconds between two looks at the clock while something is under way, and while the chip sleeps. */
const SLICE = 1
const IDLE_SLICE = 4
/** A host stall beyond this many ms is not made up for: the chip's clock falls behind instead of racing. */
const CATCH_UP = 25
/** Bytes on the host's wire above which it is held back, and below which it may go on. */
const HIGH_WATER = 8192
const LOW_WATER = 2048

/**
 * Runs an ATmega328P in step with the wall clock, its USART on a pseudo-terminal.
 *
 * Bytes from the host reach the chip at the speed its registers set, and leave when their last bit would have. What
 * the host does not read in time is lost, as on any serial line without flow control.
 */
export function runAvrBoard({ flash, eeprom, signature, port, speed }: AvrBoardOptions): RunningBoard {
  const cyclesPerMs = (atmega328p.clock / 1000) * speed
  const line = createAvrLine()
  let chip = start('power')
  let running = true
  let timer: NodeJS.Timeout | undefined
  // The wall-clock moment of cycle 0.
  let origin = performance.now()
  let unread = 0

  function start(cause: ResetCause, before?: Chip): Chip {
    const fresh = createChip({ flash, eeprom, signature, cause, before, transmit: line.transmitted })
    line.attach(fresh)
    return fresh
  }

  function advance(): void {
    const now = performance.now()
    const behind = now - origin - chip.cpu.cycles / cyclesPerMs
    if (behind > CATCH_UP) origin += behind - CATCH_UP
    const until = Math.floor((now - origin) * cyclesPerMs)
    while (chip.run(until)) chip = start('watchdog', chip)
    const bytes = line.collect()
    if (bytes.length > 0) unread += bytes.length - port.offer(bytes)
    if (line.waiting() < LOW_WATER) port.resume()
  }

  function slice(): void {
    if (!running) return
    advance()
    timer = setTimeout(slice, chip.asleep() && !line.busy() ? IDLE_SLICE : SLICE)
  }

  port.listen({
    bytes(chunk) {
      const idle = !line.busy()
      advance()
      line.send(chunk)
      if (line.waiting() > HIGH_WATER) port.pause()
      if (idle) {
        clearTimeout(timer)
        timer = setTimeout(slice, SLICE)
      }
    },
    closed: () => close(),
  })
  slice()

  function close(): void {
    if (!running) return
    running = false
    clearTimeout(timer)
    eeprom.close()
  }

  return {
    ready: () => chip.usart.listening(),
    reset(cause) {
      advance()
      chip = start(cause, chip)
    },
    counters: () => ({ cycles: chip.cpu.cycles, lost: line.lost(), waiting: line.waiting(), unread }),
    close,
  }
}
