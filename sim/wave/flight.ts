import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Decay, Echo, EchoOptions, Flight } from '../../src/contract/echo.ts'
import type { Port } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import type { WaveBody } from './body.ts'
import type { WaveImperfections } from './imperfections.ts'
import { injected, saturated } from './injector.ts'
import { inject, sendOut } from './passage.ts'
import { bringBack, type Returned, type Reversed } from './return.ts'
import type { SecondCore } from './second-core.ts'
import { emptyState } from './splitting.ts'
import type { TimeMirror } from './time-mirror.ts'

/** Friction on the learning field after an echo: momentum p shifts it by p (1 - e^-g) / m and falls to p e^-g. */
export interface Friction {
  readonly mass: number
  readonly decay: number
}

export interface FlightParts {
  readonly body: WaveBody
  readonly mirror: TimeMirror
  readonly made: WaveImperfections
  /** What can be injected on an output. */
  readonly injection: Port
  /** Undefined where the parameters stay what is stored. */
  readonly friction: Friction | undefined
}

/** Sends a wave out; what comes of it is up to the flight. A pair of echoes uses the second core, if there is one. */
export function launch(parts: FlightParts, drive: Float64Array, secondCore?: SecondCore): Flight {
  const { body } = parts
  const { course, sheet } = body.parts
  const sent = body.sent(drive)
  const frames = sent.length / sheet.drive.width
  const row = (frame: number) => sent.subarray(frame * sheet.drive.width, (frame + 1) * sheet.drive.width)
  const output = new Float64Array(frames * sheet.sense.width)
  const local = new Float64Array(body.theta.length)
  const state = emptyState(course.field)
  const startedAt = body.seconds
  let saturated = 0
  body.ready(state)
  sendOut(
    course,
    [state],
    (_, frame) => row(frame),
    frames,
    (frame) => {
      saturated += body.show(state, output, frame * sheet.sense.width)
      if (frame === frames - 1) saturated += body.action(state, body.momentum, local, 0)
      body.passed(1)
    },
  )
  const receipt: Receipt = { slots: frames, clipped: 0, retries: 0, saturated, startedAt, endedAt: body.seconds }

  /** Copies of the arrived state, each with its own injection, turned around. */
  const turned = (injections: readonly Float64Array[]) => {
    const waves = injections.map((injection): Turned => {
      const kicks = injected(injection, parts.made.injectionLimit, parts.injection)
      const one = body.copy(state)
      inject(one, course, kicks, (frames - 1) * sheet.sense.width, 'before reversal')
      parts.mirror.reverse(one, body.echoes)
      return { state: one, kicks, from: one.momentum.slice() }
    })
    body.echoes++
    return waves
  }
  return {
    output,
    receipt,
    local,
    async echo(injection: Float64Array, { decay }: EchoOptions = {}): Promise<Echo> {
      const waves = turned([injection])
      const found = bringBack(course, waves, sent)
      const [echo] = read(body, waves, found, frames)
      const clipped = decay === undefined ? 0 : rest(parts, found[0].state, decay)
      return clipped === 0 ? echo : { ...echo, receipt: { ...echo.receipt, clipped } }
    },
    async both(injection: Float64Array, _opts?: CallOptions): Promise<readonly [Echo, Echo]> {
      const waves = turned([injection, injection.map((kick) => -kick)])
      const found = await (secondCore ?? { bringBack }).bringBack(course, waves, sent)
      const [plus, minus] = read(body, waves, found, frames)
      return [plus, minus]
    },
    // The wave dies away; the learning field is what it was, see `WaveBody.run`.
    async [Symbol.asyncDispose]() {},
  }
}

interface Turned extends Reversed {
  /** The learning momentum with which it set out. */
  readonly from: Float64Array
}

/** Reads what waves bring back. */
function read(body: WaveBody, waves: readonly Turned[], found: readonly Returned[], frames: number): readonly Echo[] {
  const { probe } = body.parts
  const { width } = body.sheet.drive
  const startedAt = body.seconds
  return found.map(({ state, conjugate, returned }, s) => {
    const local = new Float64Array(body.theta.length)
    const saturated = body.action(state, waves[s].from, local, 0)
    // Two rows a slot: the conjugates of all frames from the first on, and in the last what returned.
    // A conjugate value is a reading over the bracket.
    probe.disturb(conjugate, 2 * body.slot * width, 1 / body.parts.course.field.bracket)
    probe.disturb(returned, (2 * (body.slot + frames) - 1) * width)
    body.passed(frames)
    const receipt = { slots: frames, clipped: 0, retries: 0, saturated, startedAt, endedAt: body.seconds }
    return { receipt, returned, conjugate, local }
  })
}

/**
 * Friction turns the momentum of a returned, still reversed learning field into a shift; returns how many hit a limit.
 * Throws `DIVERGED`, before anything moves, if a shift is not a number.
 */
function rest({ body, friction, made }: FlightParts, { theta, momentum }: WaveState, decay: Decay): number {
  if (friction === undefined) return 0
  const left = Math.exp(-friction.decay)
  const gain = (1 - left) / friction.mass
  // Before the last reversal every momentum still points the other way: a decay with the mass -m.
  const sign = decay === 'mirrored' ? 1 : -1
  const moved = theta.map((value, i) => {
    return value - body.parts.offset[i] + saturated(sign * gain * momentum[i], made.shiftLimit)
  })
  if (!(moved.every(Number.isFinite) && momentum.every(Number.isFinite)))
    throw new InsituError('DIVERGED', 'wave-field: the way back left the numbers; the learning field stays', {
      hint: 'send a smaller wave, or shorten the step',
    })
  const [{ min, max }] = body.sheet.banks
  let clipped = 0
  moved.forEach((value, i) => {
    body.theta[i] = Math.min(max, Math.max(min, value))
    body.momentum[i] = -left * momentum[i]
    if (body.theta[i] !== value) clipped++
  })
  return clipped
}
