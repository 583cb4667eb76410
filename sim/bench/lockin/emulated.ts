import type { Core, EventBits, Handler, Handlers } from './core.ts'
import { type Blanks, parseCommand } from './grammar.ts'
import { type Answer, Instrument, type Mind } from './instrument.ts'
import type { EmulatedLockin, LockinOptions } from './options.ts'
import { Refused } from './settings.ts'

/** What one model adds to what all of them do. */
export interface Model extends Pick<Mind, 'terminator' | 'joined' | 'answersTo' | 'busyUntil'> {
  readonly core: Core
  readonly bits: EventBits
  readonly blanks: Blanks
  readonly handlers: Handlers
  /** Does a command of the table of settings. */
  ofTable(name: string): Handler | undefined
  /** The form of an answer: a line of text, or a block. */
  answer(name: string, text: string): Answer
  /** Follows signal and storage up to now. */
  follow(): void
  /** An edge at the trigger input. */
  trigger(): void
  /** Whether the external reference is there. */
  lock(on: boolean): void
  /** What power on does to storage and interface, once the settings are those of power on. */
  start(): void
}

/** A lock-in amplifier of some model, switched on. */
export function emulated(model: Model, options: LockinOptions): EmulatedLockin {
  const { core, bits, handlers } = model
  const { settings, detector } = core

  function one(text: string): Answer | undefined {
    const command = parseCommand(text, model.blanks)
    const handler = command && (handlers.get(command.name) ?? model.ofTable(command.name))
    try {
      if (command === undefined || handler === undefined) throw new Refused('illegal')
      model.follow()
      const answer = handler(command, core)
      return answer === undefined ? undefined : model.answer(command.name, answer)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      core.esr.set(error.why === 'illegal' ? bits.illegal : bits.cannot)
      return undefined
    }
  }

  const mind: Mind = {
    terminator: model.terminator,
    joined: model.joined,
    bits,
    esr: core.esr,
    answersTo: model.answersTo,
    line: (text) =>
      text
        .split(';')
        .filter((part) => part.trim() !== '')
        .map(one)
        .filter((answer) => answer !== undefined),
    busyUntil: model.busyUntil,
    powerOn() {
      const clearing = settings.value('*PSC')
      settings.reset()
      settings.put('*PSC', [clearing])
      model.start()
      detector.advance(core.now())
      detector.reset()
      for (const register of [core.esr, core.lias, core.errs]) {
        register.clear()
        if (clearing === 1) register.enabled = 0
      }
      if (clearing === 1) core.sre.enabled = 0
      core.esr.set(bits.powerOn)
    },
  }
  const instrument = new Instrument(mind, options.clock, options.lineMs ?? 1)
  instrument.powerOn()
  options.signal.beforeJump?.(model.follow)
  return Object.assign(instrument, {
    trigger: model.trigger,
    lock(on: boolean) {
      model.follow()
      model.lock(on)
    },
    setting: (name: string, index = settings.find(name)?.index?.[0] ?? 0) => settings.get(name, index),
  })
}
