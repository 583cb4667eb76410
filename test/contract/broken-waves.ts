import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { LoadedBlock } from '../../src/contract/block.ts'
import type { Echo, EchoOptions, Flight, LearningField } from '../../src/contract/echo.ts'
import { COUPLINGS, DRIVEN, GAIN, MODES, type Moment, type Passage, READ, Waves, type WavesOptions } from './waves.ts'

/** Waves whose facet `echo` breaks the contract in one way each. */

/** Injects the other way round. */
export class Pushes extends Waves {
  protected override inject(field: Moment, injection: Float64Array): void {
    super.inject(
      field,
      injection.map((value) => -value),
    )
  }
}

/** Injects on read momenta the other way round. */
export class PushesMomenta extends Waves {
  protected override inject(field: Moment, injection: Float64Array): void {
    super.inject(field, Float64Array.of(injection[0], -injection[1]))
  }
}

/** Injects the rows of an injection from the first frame on. */
export class InjectsForwards extends Waves {
  protected override injectionRow(injection: Float64Array, frame: number): Float64Array {
    return super.injectionRow(injection, injection.length / READ - 1 - frame)
  }
}

/** Injects the mean of all rows in every frame. */
export class InjectsMeans extends Waves {
  protected override injectionRow(injection: Float64Array): Float64Array {
    const mean = new Float64Array(READ)
    for (let i = 0; i < injection.length; i++) mean[i % READ] += (injection[i] * READ) / injection.length
    return mean
  }
}

/** Sends in the rows of a drive from the last one on, and reads from the last frame on. */
export class Backwards extends Waves {
  protected override driveRow(passage: Passage, frame: number): Float64Array {
    return super.driveRow(passage, passage.frames - 1 - frame)
  }
}

/** Lists the readings of the frames from the last one on. */
export class ReadsBackwards extends Waves {
  protected override launched(drive: Float64Array): Flight {
    const flight = super.launched(drive)
    return { ...flight, output: backwards(flight.output, READ) }
  }
}

/** Its next wave runs into what is left of one that was dropped. */
export class Reverberates extends Waves {
  #left: Moment | undefined
  protected override rest(): Moment {
    const field = super.rest()
    if (this.#left === undefined) return field
    field.p.set(this.#left.p)
    this.#left = undefined
    return field
  }
  protected override dropped({ field }: Passage): void {
    this.#left = field
  }
}

/** A dropped flight leaves the learning field where the wave has pushed it. */
export class DropsHalfWay extends Waves {
  protected override dropped({ field }: Passage): void {
    this.theta = field.theta
  }
}

/** Says that what was sent in came back. */
export class Pretends extends Waves {
  protected override cameBack(passage: Passage): Float64Array {
    return this.driveRow(passage, 0)
  }
}

/** Moves the parameters of every echo, decay or not. */
export class AlwaysDecays extends Waves {
  protected override echoed(passage: Passage, injection: Float64Array, { decay = 'plain' }: EchoOptions): Echo {
    return super.echoed(passage, injection, { decay })
  }
}

/** Its friction shifts parameters against their momentum. */
export class ClimbsUp extends Waves {
  protected override decayed(field: Moment, gain: number): void {
    super.decayed(field, -gain)
  }
}

/** Takes a mirrored decay for a plain one. */
export class NeverMirrors extends Waves {
  protected override decayed(field: Moment, gain: number): void {
    super.decayed(field, Math.abs(gain))
  }
}

/** Has a learning field that does not learn. */
export class Stuck extends Waves {
  protected override decayed(): void {}
}

/** States other numbers for its learning field than it has. */
export class Misstated extends Waves {
  protected override learningField(): LearningField {
    return { ...super.learningField(), gain: 1.05 * GAIN }
  }
}

/** States the bracket of a position and a momentum for the quadratures of complex modes. */
export class MisstatesBracket extends Waves {
  protected override learningField(): LearningField {
    return { ...super.learningField(), bracket: 1 }
  }
}

/** Waves of which an echo is changed on its way to the host. */
abstract class Told extends Waves {
  protected override echoed(...call: Parameters<Waves['echoed']>): Echo {
    return this.told(super.echoed(...call), ...call)
  }
  protected abstract told(echo: Echo, ...call: Parameters<Waves['echoed']>): Echo
}

/** Gives the actions of the way out for those of the way back. */
export class OutwardActions extends Told {
  #out = new Float64Array(COUPLINGS)
  protected override launched(drive: Float64Array): Flight {
    const flight = super.launched(drive)
    this.#out = (flight.local ?? this.#out).slice()
    return flight
  }
  protected override told(echo: Echo): Echo {
    return { ...echo, local: this.#out }
  }
}

/** Its actions are means over the frames. */
export class MeanActions extends Told {
  protected override launched(drive: Float64Array): Flight {
    const flight = super.launched(drive)
    const frames = drive.length / DRIVEN
    return { ...flight, ...(flight.local && { local: flight.local.map((value) => value / frames) }) }
  }
  protected override told(echo: Echo, { frames }: Passage): Echo {
    return { ...echo, ...(echo.local && { local: echo.local.map((value) => value / frames) }) }
  }
}

/** Gives no actions of the way back. */
export class NoActionsBack extends Told {
  protected override told({ local: _, ...echo }: Echo): Echo {
    return echo
  }
}

/** Counts an echo as one slot, however many frames it has. */
export class CountsOnce extends Told {
  protected override told(echo: Echo): Echo {
    return { ...echo, receipt: { ...echo.receipt, slots: 1 } }
  }
}

/** Gives conjugates of momenta their other sign. */
export class WrongConjugates extends Waves {
  protected override conjugates(field: Moment): Float64Array {
    const [q, p] = super.conjugates(field)
    return Float64Array.of(q, -p)
  }
}

/** Lists the conjugates from the last frame on. */
export class ConjugatesBackwards extends Told {
  protected override told(echo: Echo): Echo {
    return { ...echo, conjugate: backwards(echo.conjugate, DRIVEN) }
  }
}

/** Forgets on the way back to take away what was added on the way out. */
export class LeavesDrive extends Waves {
  protected override takeAway(): void {}
}

/** Turns positions around too. */
export class TurnsPositions extends Waves {
  protected override reverse(field: Moment): void {
    super.reverse(field)
    for (let j = 0; j < MODES; j++) field.q[j] = -field.q[j]
  }
}

/** Its mirror makes waves 0.1 % smaller. */
export class DullMirror extends Waves {
  protected override reverse(field: Moment): void {
    super.reverse(field)
    for (let j = 0; j < MODES; j++) field.p[j] *= 0.999
  }
}

/** A wave that is to be echoed starts from another rest than one that is measured. */
export class OtherStart extends Waves {
  #measuring = false
  protected override rest(): Moment {
    const field = super.rest()
    if (!this.#measuring) field.p[0] += 2 ** -20
    return field
  }
  protected override run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    this.#measuring = true
    const receipt = super.run(block, into, local)
    this.#measuring = false
    return receipt
  }
}

/** Every decay wears it out a little, which no snapshot tells. */
export class Wears extends Waves {
  #worn = 0
  protected override decayed(field: Moment, gain: number): void {
    super.decayed(field, gain)
    this.#worn++
  }
  protected override readOut(field: Moment, into: Float64Array): void {
    super.readOut(field, into)
    into[0] *= 1 + this.#worn * 2 ** -44
  }
}

/** Both its echoes have the same injection. */
export class TwiceTheSame extends Waves {
  protected override launched(drive: Float64Array): Flight {
    const flight = super.launched(drive)
    const both = async (injection: Float64Array, opts?: CallOptions): Promise<readonly [Echo, Echo]> => {
      const echo = await flight.echo(injection, opts)
      return [echo, echo]
    }
    return { ...flight, both }
  }
}

/** Cannot take the injections it states. */
export class Weak extends Waves {
  protected override inject(field: Moment, injection: Float64Array): void {
    if (injection.some((value) => Math.abs(value) > 0.75))
      throw new Error('expected a smaller injection; saw the fuse blow')
    super.inject(field, injection)
  }
}

/** Waves that take long enough to be interrupted, where somebody may. */
abstract class Slow extends Waves {
  constructor(options: WavesOptions = {}) {
    super({ delay: 4, ...options })
  }
  protected override async exchange<T>(opts: CallOptions | undefined, work: () => T): Promise<T> {
    return opts?.signal === undefined ? work() : super.exchange(opts, work)
  }
}

/** A signal that never fires. */
const deaf = () => new AbortController().signal

/** Goes on with an echo when it is told to abort. */
export class StubbornEcho extends Slow {
  protected override launched(drive: Float64Array): Flight {
    const flight = super.launched(drive)
    return { ...flight, echo: (injection, opts) => flight.echo(injection, { ...opts, signal: deaf() }) }
  }
}

/** Launches when it is told to abort. */
export class StubbornLaunch extends Slow {
  constructor(options?: WavesOptions) {
    super(options)
    const { launch } = this.echo
    Object.assign(this.echo, { launch: (drive: Float64Array) => launch(drive, { signal: deaf() }) })
  }
}

/** An echo that was aborted has moved the parameters. */
export class HalfEchoed extends Slow {
  protected override launched(drive: Float64Array): Flight {
    const flight = super.launched(drive)
    const echo = async (injection: Float64Array, opts?: EchoOptions): Promise<Echo> => {
      try {
        return await flight.echo(injection, opts)
      } catch (error) {
        for (let i = 0; i < COUPLINGS; i++) this.theta[i] += 2 ** -6
        throw error
      }
    }
    return { ...flight, echo }
  }
}

/** Rows from the last one to the first. */
function backwards(rows: Float64Array, width: number): Float64Array {
  return rows.map((_, i) => rows[rows.length - width - i + 2 * (i % width)])
}
