import { readFileSync } from 'node:fs'
import { atmega328p, createChip, type ResetCause } from '../../sim/bench/avr-chip.ts'
import { createEeprom } from '../../sim/bench/avr-eeprom.ts'
import { parseHex } from '../../sim/bench/avr-hex.ts'
import { createAvrLine } from '../../sim/bench/avr-line.ts'
import { signatureRow } from '../../sim/bench/avr-signature.ts'
import type { Target } from './client.ts'

export const IMAGE = new URL('../../fixtures/firmware/insitu-chip-atmega328p.hex', import.meta.url).pathname

/** Filled into SRAM at the start, to see later how deep the stack went. */
const PAINT = 0xa5
const MS = atmega328p.clock / 1000

export interface AvrTarget extends Target {
  cycles(): number
  asleep(): boolean
  /** SRAM bytes between the highest static variable and the deepest stack use that were never written. */
  untouched(): number
  reset(cause: ResetCause): void
}

/** The image on an emulated chip in virtual time: nothing here waits for a clock. */
export function avrTarget(image = IMAGE): AvrTarget {
  const flash = parseHex(readFileSync(image, 'utf8'), atmega328p.flash)
  const eeprom = createEeprom(atmega328p.eeprom)
  const line = createAvrLine()
  const start = (cause: ResetCause) => {
    const fresh = createChip({ flash, eeprom, signature: signatureRow('test'), cause, transmit: line.transmitted })
    fresh.cpu.data.fill(PAINT, 0x100)
    line.attach(fresh)
    return fresh
  }
  let chip = start('power')
  const advance = (ms: number) => {
    const until = chip.cpu.cycles + ms * MS
    if (chip.run(until)) chip = start('watchdog')
  }
  advance(100)
  return {
    name: 'ATmega328P image',
    write: (bytes) => line.send(bytes),
    async read(ms) {
      for (let spent = 0; spent < ms; spent++) {
        advance(1)
        const bytes = line.collect()
        if (bytes.length > 0) return bytes.slice()
      }
      return new Uint8Array(0)
    },
    async close() {
      eeprom.close()
    },
    cycles: () => chip.cpu.cycles,
    asleep: () => chip.asleep(),
    untouched() {
      let longest = 0
      let run = 0
      for (let at = 0x100; at < 0x100 + atmega328p.sram; at++) {
        run = chip.cpu.data[at] === PAINT ? run + 1 : 0
        longest = Math.max(longest, run)
      }
      return longest
    },
    reset(cause) {
      chip = start(cause)
      advance(100)
    },
  }
}
