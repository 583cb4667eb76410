import { InsituError } from '../../src/errors.ts'

/**
 * One real number of a wave field that is driven or read: the position q or the momentum p of a mode, or the in-phase and
 * quadrature amplitude of a complex mode q + i p. Written '3.q'; modes are counted from 0.
 */
export interface Channel {
  readonly mode: number
  readonly part: 'q' | 'p'
}

/** Reads '3.q' or '3.p'; throws `CONFIG`. */
export function parseChannel(text: string): Channel {
  const [, mode, part] = /^(\d{1,9})\.([qp])$/.exec(text) ?? []
  if (mode !== undefined) return { mode: Number(mode), part: part as 'q' | 'p' }
  throw new InsituError('CONFIG', `a channel of a wave field must be written mode.q or mode.p, got "${text}"`, {
    hint: 'for example 29.q is the position of mode 29',
  })
}

export function formatChannel({ mode, part }: Channel): string {
  return `${mode}.${part}`
}

/** Channels named once each and on modes that are there; throws `CONFIG`. */
export function channels(of: string, names: readonly string[], modes: number): readonly Channel[] {
  const seen = new Set<string>()
  if (names.length === 0) throw new InsituError('CONFIG', `wave-field: ${of} needs at least one channel`)
  return names.map((name) => {
    const channel = parseChannel(name)
    if (channel.mode >= modes)
      throw new InsituError('CONFIG', `wave-field: ${of} names mode ${channel.mode}; there are ${modes}, from 0`)
    const plain = formatChannel(channel)
    if (seen.has(plain)) throw new InsituError('CONFIG', `wave-field: ${of} names ${plain} twice`)
    seen.add(plain)
    return channel
  })
}
