import type { CPU } from 'avr8js'

// ATmega328P data sheet, chapter "USART0": register addresses, flags, vectors (in words).
const [UCSRA, UCSRB, UCSRC, UBRRL, UBRRH, UDR] = [0xc0, 0xc1, 0xc2, 0xc4, 0xc5, 0xc6]
const [RXC, TXC, UDRE, DOR, U2X, MPCM] = [0x80, 0x40, 0x20, 0x08, 0x02, 0x01]
const [RXEN, TXEN, UCSZ2] = [0x10, 0x08, 0x04]

/** A serial port of the emulated chip, on the chip's own clock. */
export interface Usart {
  /** Whether the firmware has switched the receiver on. */
  listening(): boolean
  /** Cycles that one character takes on the line at the speed now set. */
  characterCycles(): number
  /** A character has arrived completely; returns false if it was lost. */
  arrive(byte: number): boolean
  /** Whether the transmitter is shifting a character out. */
  sending(): boolean
}

/**
 * USART0 in its asynchronous mode: two characters of receive buffer, a transmit buffer and shift register, speed and
 * frame from the registers, three interrupts.
 *
 * Ours rather than the one in avr8js, which clears a pending receive flag when the firmware touches UCSRB, drops UDRE
 * when it touches UCSRA, and has no buffer. `transmit` is called when a character's last bit has left.
 */
export function createUsart(cpu: CPU, transmit: (byte: number) => void): Usart {
  const { data } = cpu
  const interrupt = (address: number, flagMask: number, constant: boolean) => ({
    address,
    flagRegister: UCSRA,
    flagMask,
    enableRegister: UCSRB,
    enableMask: flagMask,
    constant,
  })
  const received = interrupt(0x24, RXC, true)
  const empty = interrupt(0x26, UDRE, true)
  const sent = interrupt(0x28, TXC, false)
  const fifo = new Uint8Array(2)
  let waiting = 0
  let shifting = -1
  let buffered = -1

  data[UCSRA] = UDRE
  data[UCSRC] = 0x06

  function characterCycles(): number {
    const divisor = ((data[UBRRH] & 15) << 8) | data[UBRRL]
    const size = 5 + (((data[UCSRC] >> 1) & 3) | (data[UCSRB] & UCSZ2 ? 4 : 0))
    const bits = 1 + Math.min(size, 9) + (data[UCSRC] & 0x20 ? 1 : 0) + (data[UCSRC] & 0x08 ? 2 : 1)
    return (divisor + 1) * (data[UCSRA] & U2X ? 8 : 16) * bits
  }

  function shift(byte: number): void {
    shifting = byte
    cpu.addClockEvent(shifted, characterCycles())
  }

  function shifted(): void {
    transmit(shifting)
    shifting = -1
    if (buffered < 0) cpu.setInterruptFlag(sent)
    else {
      shift(buffered)
      buffered = -1
      cpu.setInterruptFlag(empty)
    }
  }

  cpu.writeHooks[UCSRA] = (value) => {
    cpu.clearInterruptByFlag(sent, value)
    data[UCSRA] = (data[UCSRA] & ~(U2X | MPCM)) | (value & (U2X | MPCM))
    return true
  }
  cpu.writeHooks[UCSRB] = (value) => {
    data[UCSRB] = value
    if (!(value & RXEN)) {
      waiting = 0
      data[UCSRA] &= ~DOR
      cpu.clearInterrupt(received)
    }
    for (const each of [received, empty, sent]) {
      if (value & data[UCSRA] & each.enableMask) cpu.queueInterrupt(each)
      else cpu.clearInterrupt(each, false)
    }
    return true
  }
  cpu.writeHooks[UDR] = (value) => {
    if (!(data[UCSRB] & TXEN) || buffered >= 0) return true
    cpu.clearInterrupt(sent)
    if (shifting < 0) shift(value)
    else {
      buffered = value
      cpu.clearInterrupt(empty)
    }
    return true
  }
  cpu.readHooks[UDR] = () => {
    const value = fifo[0]
    fifo[0] = fifo[1]
    data[UCSRA] &= ~DOR
    if (waiting > 0) waiting--
    if (waiting === 0) cpu.clearInterrupt(received)
    return value
  }

  return {
    listening: () => (data[UCSRB] & RXEN) !== 0,
    characterCycles,
    arrive(byte) {
      if (!(data[UCSRB] & RXEN)) return false
      if (waiting === 2) {
        data[UCSRA] |= DOR
        return false
      }
      fifo[waiting++] = byte
      cpu.setInterruptFlag(received)
      return true
    },
    sending: () => shifting >= 0,
  }
}
