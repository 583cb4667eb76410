import { InsituError } from '../../src/errors.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import { monotonic } from '../link/clock.ts'
import { takeAnswers } from './answers.ts'
import { Conversation } from './conversation.ts'
import type { Dialect, Transfer } from './dialect.ts'
import { LockIn } from './lockin.ts'
import type { LockinSettings } from './settings.ts'
import { noiseBandwidth, timeConstantsFor } from './settling.ts'
import { sr830 } from './sr830.ts'
import { sr860 } from './sr860.ts'
import { LineTrouble, TextLine } from './text.ts'

export interface OpenLockInOptions {
  readonly settings: LockinSettings
  /** Refuses any other; asked of the instrument where nothing is said. */
  readonly model?: 'SR830' | 'SR860'
  /** Largest part of what was before that may be left in a reading (default 0.001); says how long a slot is. */
  readonly share?: number
  /** Standard deviation of one reading, V or A; that of the amplifier's own noise if nothing is said. */
  readonly noise?: number
  /** What is done when settings are found changed: they are set again (default), or the call fails. */
  readonly whenChanged?: 'restore' | 'refuse'
  /** How an SR830 gives stored points (default TRCA, text). */
  readonly transfer?: Transfer
  /** Silence after which an answer is given up, in ms (default 500). */
  readonly replyMs?: number
  readonly clock?: Clock
}

/** Input noise of either model, in V per root hertz, and of its current inputs in A per root hertz. */
const DENSITY = { volts: 6e-9, amperes: 0.13e-12 } as const
const DIALECTS: readonly Dialect[] = [sr830, sr860]
/** Attempts to find out who is there. */
const GREETINGS = 4

/**
 * Finds out which model is there, sets it up, and leaves its source at the floor.
 *
 * Settings are checked before any is sent. Rejects with `LIMIT` or `CONFIG` for settings, `TIMEOUT`, `WRONG_FIRMWARE`,
 * `LINK_LOST` or `DEVICE_REFUSED`.
 */
export async function openLockIn(channel: Channel, options: OpenLockInOptions): Promise<LockIn> {
  const { settings, clock = monotonic, replyMs = 500, share = 1e-3 } = options
  if (!(share > 0 && share < 1))
    throw new InsituError('CONFIG', `lock-in: share must lie between 0 and 1, got ${share}`)
  const stated = DIALECTS.find(({ model }) => model === options.model)
  // What is wrong with the settings of a model that was named is told before anything is said on the line.
  stated?.plan(settings)
  const line = new TextLine(channel, clock, '\n')
  try {
    const dialect = await recognise(line, replyMs, stated)
    const plan = dialect.plan(settings)
    line.end = dialect.end
    const conversation = new Conversation(line, dialect, replyMs)
    await conversation.recover()
    const { timeConstant, slope = 24 } = settings
    const current = settings.input?.startsWith('I') ?? false
    const density = current ? DENSITY.amperes : DENSITY.volts
    const lockIn = new LockIn({
      conversation,
      dialect,
      clock,
      plan,
      fullScale: settings.sensitivity,
      unit: current ? 1e-6 : 1,
      ...(settings.inputRange !== undefined && { inputRange: settings.inputRange }),
      settleSeconds: timeConstantsFor(share, slope) * timeConstant,
      noise: options.noise ?? density * Math.sqrt(noiseBandwidth(timeConstant, slope)),
      whenChanged: options.whenChanged ?? 'restore',
      transfer: options.transfer ?? 'TRCA',
    })
    await lockIn.apply(lockIn.safeItems())
    await lockIn.restoreSettings()
    return lockIn
  } catch (error) {
    await line.close()
    throw error
  }
}

/** Asks who is there in words that every model understands: line feeds, and the interface of an SR830 first. */
async function recognise(line: TextLine, patience: number, stated: Dialect | undefined): Promise<Dialect> {
  let heard = ''
  for (let attempt = 0; attempt < GREETINGS; attempt++) {
    try {
      await line.tell('')
      await line.drain(50 * 2 ** attempt, 5000)
      await line.tell('OUTX 0')
      const [identity] = await line.ask('*IDN?', takeAnswers(1, false), patience + line.millis(64))
      heard = identity
      const model = identity.split(',')[1]?.trim() ?? ''
      const found = DIALECTS.find((one) => model.startsWith(one.model.slice(0, 4)))
      if (found !== undefined && (stated === undefined || stated === found)) return found
      if (/^[\x20-\x7e]+,[\x20-\x7e]*$/.test(identity) && found !== stated) break
    } catch (error) {
      if (!(error instanceof LineTrouble)) throw error
      heard = error.heard || heard
      if (error.trouble === 'closed')
        throw new InsituError('LINK_LOST', `${line.name}: ${error.message}`, { cause: error })
    }
  }
  const { name } = line
  if (heard === '')
    throw new InsituError('TIMEOUT', `${name}: no answer to *IDN?; nothing was ever heard`, {
      port: name,
      hint: 'check power, cable, baud rate, and that RS-232 is not switched off at the panel',
    })
  throw new InsituError(
    'WRONG_FIRMWARE',
    `${name}: wanted ${stated?.model ?? 'SR830 or SR860'}, heard ${JSON.stringify(heard.slice(0, 60))}`,
    {
      port: name,
      hint: 'check which instrument it is, its baud rate and its parity (8 bits, none)',
    },
  )
}
