import {
  AVRClock,
  AVREEPROM,
  AVRTimer,
  AVRWatchdog,
  avrInstruction,
  CPU,
  timer0Config,
  timer1Config,
  timer2Config,
  watchdogConfig,
} from 'avr8js'
import type { Eeprom } from './avr-eeprom.ts'
import { attachSignature } from './avr-signature.ts'
import { createUsart, type Usart } from './avr-usart.ts'

export const atmega328p = { clock: 16_000_000, flash: 32_768, sram: 2_048, eeprom: 1_024 } as const

/** Why a chip starts anew. */
export type ResetCause = 'power' | 'external' | 'brown-out' | 'watchdog'

const MCUSR = 0x54
const SMCR = 0x53
const SLEEP = 0x9588
const SEI = 0x9478
/** The flag of each cause in MCUSR. */
export const causeFlag: Readonly<Record<ResetCause, number>> = { power: 1, external: 2, 'brown-out': 4, watchdog: 8 }

/** One life of an ATmega328P, from a reset to the next. */
export interface Chip {
  readonly usart: Usart
  readonly cpu: CPU
  /** Runs to this cycle count or a little beyond; returns early with true if its watchdog asked for a reset. */
  run(until: number): boolean
  /** Whether it sleeps until its next interrupt. */
  asleep(): boolean
}

export interface ChipOptions {
  readonly flash: Uint8Array<ArrayBuffer>
  readonly eeprom: Eeprom
  readonly signature: Uint8Array
  readonly cause: ResetCause
  readonly transmit: (byte: number) => void
  /** The life before: its SRAM and cycle count go on, except after a power cut, which clears the SRAM. */
  readonly before?: Chip | undefined
}

/** The clock-event queue of avr8js, which the loop must look at before each instruction. */
interface Events {
  readonly nextClockEvent: { readonly cycles: number } | null
}

export function createChip(options: ChipOptions): Chip {
  const { flash, eeprom, signature, cause, transmit, before } = options
  const program = new Uint16Array(flash.buffer)
  const cpu = new CPU(program, atmega328p.sram)
  if (before) {
    cpu.cycles = before.cpu.cycles
    if (cause !== 'power') cpu.data.set(before.cpu.data.subarray(0x100), 0x100)
  }
  cpu.data[MCUSR] = causeFlag[cause]
  for (const config of [timer0Config, timer1Config, timer2Config]) new AVRTimer(cpu, config)
  new AVRWatchdog(cpu, watchdogConfig, new AVRClock(cpu, atmega328p.clock))
  new AVREEPROM(cpu, eeprom)
  attachSignature(cpu, signature)
  const usart = createUsart(cpu, transmit)

  // The watchdog of avr8js resets the core alone; a real one resets the peripherals too, which takes a new chip.
  let bitten = false
  cpu.reset = () => {
    bitten = true
  }

  const events = cpu as unknown as Events
  const { data } = cpu
  let asleep = false
  let asleepAt = 0

  function run(until: number): boolean {
    while (cpu.cycles < until) {
      const event = events.nextClockEvent
      if ((event !== null && event.cycles <= cpu.cycles) || cpu.nextInterrupt >= 0) {
        cpu.tick()
        if (bitten) return true
        if (asleep && cpu.pc !== asleepAt) asleep = false
      }
      if (asleep) {
        const next = events.nextClockEvent
        cpu.cycles = Math.max(cpu.cycles, next !== null && next.cycles < until ? next.cycles : until)
        continue
      }
      // The instruction after SEI runs before any interrupt: "sei; sleep" must not miss its wake-up.
      if (program[cpu.pc] === SEI) avrInstruction(cpu)
      const sleeps = program[cpu.pc] === SLEEP && (data[SMCR] & 1) !== 0
      avrInstruction(cpu)
      if (sleeps) {
        asleep = true
        asleepAt = cpu.pc
      }
    }
    return false
  }

  return { usart, cpu, run, asleep: () => asleep }
}
