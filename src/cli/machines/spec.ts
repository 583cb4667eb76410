import { InsituError } from '../../errors.ts'
import { CHIP_PRESET, CORE_PRESET, LATTICE_PRESET, THZ_PRESET, WAVE_PRESET } from './presets.ts'

/** Machines of mathematics that run in this process. */
type SimulatedMachine = 'mgd-chip' | 'lattice' | 'wave-field' | 'neuromorphic-core' | 'thz-encoder'

/** Those that also run as boards. */
export type BoardMachine = Exclude<SimulatedMachine, 'mgd-chip'>

/** A machine as it is asked for on the command line. */
export type MachineSpec =
  | { readonly kind: 'board'; readonly target: 'avr' | 'host' }
  | { readonly kind: 'simulator'; readonly machine: SimulatedMachine; readonly preset: string }
  | { readonly kind: 'simulator-board'; readonly machine: BoardMachine; readonly preset: string }
  | { readonly kind: 'twin' }
  | { readonly kind: 'wire'; readonly uri: string }
  /** Behind a driver of its own, named in front of `+`. */
  | { readonly kind: 'plugin'; readonly uri: string }

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
  ['sim:wave-field', 'the task’s field of waves in this process, which learns by echoes; sim:wave-field:bench errs'],
  ['board:wave-field', 'the same field behind a pseudo-terminal: launched, read, injected and echoed by frames'],
  [
    'sim:neuromorphic-core',
    'the task’s cores of spiking neurons and crossings of one bit in this process; sim:neuromorphic-core:stuck errs',
  ],
  [
    'board:neuromorphic-core',
    'the same cores behind a pseudo-terminal: spikes ahead in packed frames, lost and late ones counted',
  ],
  [
    'sim:thz-encoder',
    'a THz imager with one detector before which the rows of the task stand as scenes, in this process: its patterns are trained',
  ],
  ['board:thz-encoder', 'the same encoder behind a pseudo-terminal'],
  ['serial:/dev/ttyUSB0', 'a board on a serial port; serial:/dev/ttyUSB0?baud=9600 for another baud rate'],
  ['tcp://host:port', 'a board behind a serial-to-network server'],
  ['lockin+serial:<port>?..', 'an SR830 or SR860 lock-in amplifier; docs/how-to/use-a-lock-in.md has its settings'],
  ['thz-imager+serial:..', 'a pattern display and a lock-in amplifier as one imager; the same page'],
]

/** Simulated machines with presets, and the preset of each if nothing is said. */
const USUAL = {
  'mgd-chip': CHIP_PRESET,
  lattice: LATTICE_PRESET,
  'wave-field': WAVE_PRESET,
  'neuromorphic-core': CORE_PRESET,
  'thz-encoder': THZ_PRESET,
} as const

function isSimulated(machine: string | undefined): machine is keyof typeof USUAL {
  return machine !== undefined && Object.hasOwn(USUAL, machine)
}

/** Reads a --device argument; throws `UNKNOWN_DEVICE` listing what there is. */
export function parseMachine(text: string): MachineSpec {
  if (text === 'board' || text === 'board:avr') return { kind: 'board', target: 'avr' }
  if (text === 'board:host') return { kind: 'board', target: 'host' }
  if (text === 'sim:firmware') return { kind: 'twin' }
  const [, where, machine, preset] =
    /^(sim|board):(mgd-chip|lattice|wave-field|neuromorphic-core|thz-encoder)(?::(.+))?$/.exec(text) ?? []
  if (where === 'sim' && isSimulated(machine)) return { kind: 'simulator', machine, preset: preset ?? USUAL[machine] }
  if (where === 'board' && isSimulated(machine) && machine !== 'mgd-chip')
    return { kind: 'simulator-board', machine, preset: preset ?? USUAL[machine] }
  if (/^(serial|tcp):/.test(text)) return { kind: 'wire', uri: text }
  if (/^[a-z0-9][a-z0-9.-]*\+(serial|tcp):/i.test(text)) return { kind: 'plugin', uri: text }
  throw new InsituError('UNKNOWN_DEVICE', `there is no device "${text}"; nothing was opened`, {
    device: text,
    hint: `devices: ${SPECS.map(([form]) => form).join(', ')}; see: insitu devices`,
  })
}
