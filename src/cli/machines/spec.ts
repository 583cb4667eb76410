import { InsituError } from '../../errors.ts'
import { CHIP_PRESET, LATTICE_PRESET } from './presets.ts'

/** A machine as it is asked for on the command line. */
export type MachineSpec =
  | { readonly kind: 'board'; readonly target: 'avr' | 'host' }
  | { readonly kind: 'lattice-board'; readonly preset: string }
  | { readonly kind: 'simulator'; readonly machine: 'mgd-chip' | 'lattice'; readonly preset: string }
  | { readonly kind: 'twin' }
  | { readonly kind: 'wire'; readonly uri: string }

/** What --device takes, for help and for the error. */
export const SPECS: readonly (readonly [form: string, meaning: string])[] = [
  ['board', 'the firmware on an emulated ATmega328P, behind a pseudo-terminal (default)'],
  ['board:host', 'the same firmware core, built for this computer (needs a C compiler)'],
  ['sim:mgd-chip', 'the simulated chip in this process; sim:mgd-chip:bench adds the imperfections of a preset'],
  ['sim:firmware', 'the firmware’s integer arithmetic in this process, bit by bit'],
  [
    'sim:lattice',
    'the paper’s lattice of springs in this process, with camera and bonds as on a bench; sim:lattice:ideal without',
  ],
  ['board:lattice', 'the same lattice behind a pseudo-terminal: loads and displacements as 16-bit counts'],
  ['serial:/dev/ttyUSB0', 'a board on a serial port; serial:/dev/ttyUSB0?baud=9600 for another baud rate'],
  ['tcp://host:port', 'a board behind a serial-to-network server'],
]

/** Reads a --device argument; throws `UNKNOWN_DEVICE` listing what there is. */
export function parseMachine(text: string): MachineSpec {
  if (text === 'board' || text === 'board:avr') return { kind: 'board', target: 'avr' }
  if (text === 'board:host') return { kind: 'board', target: 'host' }
  if (text === 'sim:firmware') return { kind: 'twin' }
  const sim = /^sim:(mgd-chip|lattice)(?::(.+))?$/.exec(text)
  if (sim?.[1] === 'mgd-chip') return { kind: 'simulator', machine: 'mgd-chip', preset: sim[2] ?? CHIP_PRESET }
  if (sim?.[1] === 'lattice') return { kind: 'simulator', machine: 'lattice', preset: sim[2] ?? LATTICE_PRESET }
  const lattice = /^board:lattice(?::(.+))?$/.exec(text)
  if (lattice !== null) return { kind: 'lattice-board', preset: lattice[1] ?? LATTICE_PRESET }
  if (/^(serial|tcp):/.test(text)) return { kind: 'wire', uri: text }
  throw new InsituError('UNKNOWN_DEVICE', `there is no device "${text}"; nothing was opened`, {
    device: text,
    hint: `devices: ${SPECS.map(([form]) => form).join(', ')}; see: insitu devices`,
  })
}
