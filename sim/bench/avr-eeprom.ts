import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import type { EEPROMBackend } from 'avr8js'
import { InsituError } from '../../src/errors.ts'

/** Memory of the chip that survives a reset, and with a file also the process. */
export interface Eeprom extends EEPROMBackend {
  close(): void
}

/** An EEPROM of `size` bytes, erased or read from `file`, which then receives each change as it is made. */
export function createEeprom(size: number, file?: string): Eeprom {
  const memory = new Uint8Array(size).fill(0xff)
  const fd = file === undefined ? undefined : openMemory(file, memory)
  const set = (address: number, value: number) => {
    const at = address % size
    if (memory[at] === value) return
    memory[at] = value
    if (fd !== undefined) writeSync(fd, memory, at, 1, at)
  }
  return {
    readMemory: (address) => memory[address % size],
    // Programming can only clear bits; setting them takes an erase.
    writeMemory: (address, value) => set(address, memory[address % size] & value),
    eraseMemory: (address) => set(address, 0xff),
    close() {
      if (fd !== undefined) closeSync(fd)
    },
  }
}

function openMemory(file: string, memory: Uint8Array): number {
  try {
    const fd = openSync(file, 'a+')
    const stored = readFileSync(fd)
    closeSync(fd)
    if (stored.length !== 0 && stored.length !== memory.length)
      throw new InsituError('CONFIG', `EEPROM ${file}: wanted ${memory.length} bytes, got ${stored.length}`)
    memory.set(stored)
    if (stored.length === 0) writeFileSync(file, memory)
    return openSync(file, 'r+')
  } catch (cause) {
    if (cause instanceof InsituError) throw cause
    throw new InsituError('CONFIG', `EEPROM ${file}: cannot be used: ${String(cause)}`, { cause })
  }
}
