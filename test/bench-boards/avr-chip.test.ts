import { describe, expect, test } from 'vitest'
import { atmega328p, type Chip, createChip, type ResetCause } from '../../sim/bench/avr-chip.ts'
import { createEeprom } from '../../sim/bench/avr-eeprom.ts'
import { parseHex } from '../../sim/bench/avr-hex.ts'
import { signatureRow } from '../../sim/bench/avr-signature.ts'

const [UCSRA, UCSRB, UBRRL, UDR, SMCR, SPMCSR, WDTCSR, MCUSR] = [0xc0, 0xc1, 0xc4, 0xc6, 0x53, 0x57, 0x60, 0x54]
const [SEI, SLEEP, RETI, HERE, LPM_R24_Z] = [0x9478, 0x9588, 0x9518, 0xcfff, 0x9184]
// 16 MHz / (8 * (16 + 1)) = 117 647 baud; ten bits a character.
const CHARACTER = 8 * 17 * 10

/** A chip whose flash is NOPs but for the given words. */
function chipWith(words: Record<number, number> = {}, cause: ResetCause = 'power', before?: Chip) {
  const flash = new Uint8Array(atmega328p.flash)
  for (const [at, word] of Object.entries(words)) new DataView(flash.buffer).setUint16(2 * Number(at), word, true)
  const sent: { byte: number; at: number }[] = []
  const chip = createChip({
    flash,
    cause,
    before,
    eeprom: createEeprom(atmega328p.eeprom),
    signature: signatureRow('test'),
    transmit: (byte) => sent.push({ byte, at: chip.cpu.cycles }),
  })
  chip.cpu.writeData(UCSRA, 0x02)
  chip.cpu.writeData(UBRRL, 16)
  return { chip, sent, set: (at: number, value: number) => chip.cpu.writeData(at, value) }
}

describe('USART of the emulated chip', () => {
  test('sends at the speed in its registers, with a buffer ahead of the shift register', () => {
    const { chip, sent, set } = chipWith()
    set(UCSRB, 0x08)
    set(UDR, 11)
    expect(chip.cpu.data[UCSRA] & 0x20).toBe(0x20)
    set(UDR, 22)
    expect(chip.cpu.data[UCSRA] & 0x20).toBe(0)
    chip.run(3 * CHARACTER)
    expect(sent.map(({ byte }) => byte)).toEqual([11, 22])
    expect(sent[0].at).toBe(CHARACTER)
    expect(sent[1].at).toBe(2 * CHARACTER)
    expect(chip.cpu.data[UCSRA] & 0x60).toBe(0x60)
    expect(chip.usart.sending()).toBe(false)
  })

  test('receives two characters ahead, reports the overrun of the third', () => {
    const { chip, set } = chipWith()
    expect(chip.usart.arrive(1)).toBe(false)
    set(UCSRB, 0x10)
    expect([1, 2, 3].map((byte) => chip.usart.arrive(byte))).toEqual([true, true, false])
    expect(chip.cpu.data[UCSRA] & 0x88).toBe(0x88)
    expect(chip.cpu.readData(UDR)).toBe(1)
    expect(chip.cpu.data[UCSRA] & 0x88).toBe(0x80)
    expect(chip.cpu.readData(UDR)).toBe(2)
    expect(chip.cpu.data[UCSRA] & 0x80).toBe(0)
  })

  test('a waiting character survives a change of the interrupt enables', () => {
    const { chip, set } = chipWith()
    set(UCSRB, 0x90)
    chip.usart.arrive(77)
    set(UCSRB, 0xb0)
    set(UCSRA, 0x02)
    expect(chip.cpu.data[UCSRA] & 0xa0).toBe(0xa0)
    expect(chip.cpu.nextInterrupt).toBe(0x24)
    expect(chip.cpu.readData(UDR)).toBe(77)
  })
})

describe('emulated chip', () => {
  test('SEI, SLEEP with an interrupt already pending wakes at once', () => {
    const { chip, set } = chipWith({ 0: SEI, 1: SLEEP, 36: HERE })
    set(SMCR, 1)
    set(UCSRB, 0x90)
    chip.usart.arrive(1)
    chip.run(20)
    expect(chip.asleep()).toBe(false)
    expect(chip.cpu.pc).toBe(36)
    // The interrupt came after SLEEP, not between the two: it returns behind it.
    expect(chip.cpu.data[chip.cpu.SP + 2]).toBe(2)
  })

  test('sleep lasts until an interrupt, and passes time without running', () => {
    const { chip, set } = chipWith({ 0: SEI, 1: SLEEP, 36: RETI })
    set(SMCR, 1)
    set(UCSRB, 0x90)
    chip.run(100_000)
    expect(chip.asleep()).toBe(true)
    expect(chip.cpu.pc).toBe(2)
    expect(chip.cpu.cycles).toBe(100_000)
    chip.usart.arrive(1)
    chip.run(100_003)
    expect(chip.asleep()).toBe(false)
  })

  test('the watchdog asks for a reset after its time, and a new life tells why it began', () => {
    const { chip, set } = chipWith()
    set(WDTCSR, 0x18)
    set(WDTCSR, 0x08)
    // 2048 ticks of 128 kHz are 256 000 cycles at 16 MHz.
    expect(chip.run(255_900)).toBe(false)
    expect(chip.run(257_000)).toBe(true)
    chip.cpu.data[0x400] = 42
    const next = chipWith({}, 'watchdog', chip).chip
    expect(next.cpu.data[MCUSR]).toBe(8)
    expect(next.cpu.data[0x400]).toBe(42)
    expect(next.cpu.cycles).toBe(chip.cpu.cycles)
    expect(next.cpu.data[WDTCSR]).toBe(0)
    expect(chipWith({}, 'power', next).chip.cpu.data[0x400]).toBe(0)
  })

  test('LPM after SIGRD reads the signature row, otherwise flash', () => {
    const { chip, set } = chipWith({ 0: LPM_R24_Z, 1: HERE })
    set(30, 2)
    set(SPMCSR, 0x21)
    chip.cpu.cycles++
    chip.run(chip.cpu.cycles + 1)
    expect(chip.cpu.data[24]).toBe(0x95)
    expect(chip.cpu.pc).toBe(1)
    const plain = chipWith({ 0: LPM_R24_Z, 1: 0x1234 }).chip
    plain.cpu.writeData(30, 2)
    plain.run(2)
    expect(plain.cpu.data[24]).toBe(0x34)
  })
})

describe('Intel hex', () => {
  const end = ':00000001FF'
  test('places records, joins banks, leaves the rest erased', () => {
    const flash = parseHex(`:020010000102EB\n:020000021000EC\n:0100000005FA\n${end}\n`, 0x10002)
    expect([flash[0x10], flash[0x11], flash[0x12], flash[0x10000]]).toEqual([1, 2, 0xff, 5])
  })

  test.each([
    ['a wrong checksum', `:020010000102EC\n${end}`, /line 1: not an intact/],
    ['a short record', `:0300100001EC\n${end}`, /line 1: not an intact/],
    ['an address beyond the flash', `:020010000102EB\n${end}`, /address 16 lies outside 16 bytes/],
    ['a missing end', ':020000000102FB', /wanted an end record/],
    ['data after the end', `${end}\n:020000000102FB`, /line 2: a record after/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseHex(text, 16)).toThrow(message)
  })
})
