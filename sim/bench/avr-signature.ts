import { createHash } from 'node:crypto'
import type { CPU } from 'avr8js'

const SPMCSR = 0x57
const SIGRD_SPMEN = 0x21
const SIGNATURE = { 0: 0x1e, 2: 0x95, 4: 0x0f } as const
/** Where ten bytes of lot, wafer and position lie that differ from chip to chip. */
const SERIAL_AT = 0x0e

/** Ten bytes that name a board, made from a text. */
export function serialBytes(serial: string): Uint8Array {
  return createHash('sha256').update(serial).digest().subarray(0, 10)
}

/** The signature row of an ATmega328P: device signature, and serial bytes made from a name. */
export function signatureRow(serial: string): Uint8Array {
  const row = new Uint8Array(32).fill(0xff)
  for (const [address, value] of Object.entries(SIGNATURE)) row[Number(address)] = value
  row.set(serialBytes(serial), SERIAL_AT)
  return row
}

/**
 * Lets an LPM that follows a write of SIGRD read the signature row, which avr8js does not know.
 *
 * The write makes the chip take the next instruction from here.
 */
export function attachSignature(cpu: CPU, row: Uint8Array): void {
  cpu.writeHooks[SPMCSR] = (value) => {
    if ((value & SIGRD_SPMEN) === SIGRD_SPMEN) cpu.addClockEvent(load, 1)
    return true
  }

  function load(): void {
    const opcode = cpu.progMem[cpu.pc]
    const implied = opcode === 0x95c8
    if (!implied && (opcode & 0xfe0e) !== 0x9004) return
    const z = cpu.dataView.getUint16(30, true)
    cpu.data[implied ? 0 : (opcode >> 4) & 31] = row[z & 31]
    if (!implied && opcode & 1) cpu.dataView.setUint16(30, z + 1, true)
    cpu.pc++
    cpu.cycles += 3
  }
}
