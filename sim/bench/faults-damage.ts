/** What can happen to bytes on a line: `lose` and `repeat` concern a whole frame, `cut` ends the connection. */
export type FaultKind = 'drop' | 'flip' | 'duplicate' | 'burst' | 'delay' | 'lose' | 'repeat' | 'cut'

export const FAULT_KINDS: readonly FaultKind[] = [
  'drop',
  'flip',
  'duplicate',
  'burst',
  'delay',
  'lose',
  'repeat',
  'cut',
]

const BURST = 8

/** What a fault makes of some bytes, one of them at random for the kinds that concern a single one. */
export function damage(kind: FaultKind, bytes: readonly number[], random: () => number): number[] {
  const at = Math.floor(random() * bytes.length)
  const before = bytes.slice(0, at)
  const after = bytes.slice(at + 1)
  switch (kind) {
    case 'drop':
      return [...before, ...after]
    case 'flip':
      return [...before, bytes[at] ^ (1 << Math.floor(random() * 8)), ...after]
    case 'duplicate':
      return [...before, bytes[at], bytes[at], ...after]
    case 'burst':
      return [...before, ...Array.from({ length: BURST }, () => Math.floor(random() * 256)), ...after.slice(BURST - 1)]
    case 'lose':
    case 'cut':
      return []
    case 'repeat':
      return [...bytes, ...bytes]
    case 'delay':
      return [...bytes]
  }
}
