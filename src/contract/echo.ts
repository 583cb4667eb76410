import type { CallOptions, Receipt } from './backend.ts'
import type { Port } from './sheet.ts'

/**
 * The machine runs a wave through itself and can send it back: Hamiltonian echo (López-Pastor and Marquardt, PRX 13,
 * 031020 (2023); with a loss at every time, Pourcel and Ernoult 2025).
 *
 * A passage has `frames`. At the beginning of each its drive row is added to the field, which starts from rest; then the
 * field evolves for one slot of the sheet's time; at the end its outputs are read. One frame reads as one slot of `measure`.
 */
export interface EchoPort {
  /** What can be injected on each output at the end of a frame; as wide as the sense port. */
  readonly injection: Port
  /** Most frames of one passage. */
  readonly maxFrames: number
  /** The machine's parameters are a field of its own that an echo can move; absent where they stay what was stored. */
  readonly learning?: LearningField
  /**
   * Sends a wave through: `drive` has frames x drive width numbers in drive units. The flight owns the machine until it is
   * echoed or disposed; every other call is refused with `BUSY`, those that were waiting too. What is called once the echo
   * is under way waits for it. On a machine behind `attach`; its backend is never called meanwhile, and may keep `drive`.
   */
  launch(drive: Float64Array, opts?: CallOptions): Promise<Flight>
}

/** A learning field: what an echo leaves in it as momentum, friction turns into a shift of the parameters. */
export interface LearningField {
  /**
   * Momentum per slope: an injection of -eta d cost / d reading leaves -eta * bracket * d cost / d theta. It is 1 for
   * positions and momenta with dq/dt = dH/dp, and 1/2 for the quadratures of a complex mode with i dz/dt = dH/dz*.
   */
  readonly bracket: number
  /** Shift of a parameter per momentum in one decay: (1 - e^-g) / m. */
  readonly gain: number
  /** Reads the learning field into `theta`. No rule needs it: it is for people and records. */
  read(theta: Float64Array, opts?: CallOptions): Promise<void>
}

/**
 * How the learning field rests after an echo: after the last reversal, or before it, when every momentum still points the
 * other way: a decay with the mass -m.
 */
export type Decay = 'plain' | 'mirrored'

export interface EchoOptions extends CallOptions {
  /** Lets the learning field decay, which moves the parameters; without it they are what they were at the launch. */
  readonly decay?: Decay
}

/** What came back. */
export interface Echo {
  /** Its slots are the frames. */
  readonly receipt: Receipt
  /** Drive width numbers: the field where the wave was sent in, in drive units; of an undisturbed echo the first drive row. */
  readonly returned: Float64Array
  /**
   * Frames x drive width: the quantity conjugate to each drive value, when the echo passed its beginning. Like `local`: the
   * contrast of two echoes with injections +-(-eps d cost / d reading) is -2 eps d cost / d drive.
   */
  readonly conjugate: Float64Array
  /** One per parameter, where the machine has the facet `local`: the action of the way back, integral of dH / d theta dt. */
  readonly local?: Float64Array
}

/**
 * A wave on its way; it can be sent back once. Disposing it lets the wave die away unused.
 *
 * An echo that the device refuses (`SHAPE`, `NOT_FINITE`, `LIMIT`, `CAPABILITY`, or an abort before it) leaves the flight
 * open; one that has begun ends it, whatever comes of it. `attach` sees to all that: the flight of a backend is asked for
 * one echo, with arguments that are checked, or disposed. It is disposed also when that echo failed, before anything else
 * is asked of the machine: whatever is left of the wave must be gone then, and there may be nothing left.
 */
export interface Flight extends AsyncDisposable {
  /** Frames x sense width readings, in the order of the frames. */
  readonly output: Float64Array
  /** Its slots are the frames. */
  readonly receipt: Receipt
  /** One per parameter, where the machine has the facet `local`: the action of the way out. */
  readonly local?: Float64Array
  /**
   * Reverses the field and runs it back through the same frames; at the end of each frame, the last one first, `injection`
   * (frames x sense width) gives a kick to what is conjugate to each reading: the field moves as under a pulse of energy
   * -injection . reading just before the reversal. A second call is refused with `FLIGHT_OVER`.
   */
  echo(injection: Float64Array, opts?: EchoOptions): Promise<Echo>
  /** Echoes with the injection and with its opposite from the same moment: for machines that can be copied, simulators. */
  both?(injection: Float64Array, opts?: CallOptions): Promise<readonly [plus: Echo, minus: Echo]>
}
