import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Decay, Echo, EchoOptions, Flight } from '../../src/contract/echo.ts'
import type { Port } from '../../src/contract/sheet.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import type { WaveBody } from './body.ts'
import { injected, type Mirror, saturated, type WaveImperfections } from './imperfections.ts'
import { conjugates, inject, sendBack, sendOut } from './passage.ts'
import { emptyState } from './splitting.ts'

/** Friction on the learning field after an echo: momentum p shifts it by p (1 - e^-g) / m and falls to p e^-g. */
export interface Friction {
  readonly mass: number
  readonly decay: number
}

export interface FlightParts {
  readonly body: WaveBody
  readonly mirror: Mirror
  readonly made: WaveImperfections
  /** What can be injected on an output. */
  readonly injection: Port
  /** Undefined where the parameters stay what is stored. */
  readonly friction: Friction | undefined
}

/** Sends a wave out; what comes of it is up to the flight. */
export function launch(parts: FlightParts, drive: Float64Array): Flight {
  const { body } = parts
  const { course, sheet } = { ...body.parts, sheet: body.sheet }
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

  /** The way back of copies of the arrived state, each with its own injection. */
  const back = (injections: readonly Float64Array[]) => {
    const states = injections.map(() => body.copy(state))
    const kicks = injections.map((one) => injected(one, parts.made.injectionLimit, parts.injection))
    const last = (frames - 1) * sheet.sense.width
    states.forEach((one, s) => {
      inject(one, course, kicks[s], last, 'before reversal')
      parts.mirror.reverse(one, body.echoes)
    })
    body.echoes++
    return returning(parts, states, kicks, row, frames)
  }
  return {
    output,
    receipt,
    local,
    async echo(injection: Float64Array, { decay }: EchoOptions = {}): Promise<Echo> {
      const [{ echo, state: arrived }] = back([injection])
      const clipped = decay === undefined ? 0 : rest(parts, arrived, decay)
      return clipped === 0 ? echo : { ...echo, receipt: { ...echo.receipt, clipped } }
    },
    async both(injection: Float64Array, _opts?: CallOptions): Promise<readonly [Echo, Echo]> {
      const [plus, minus] = back([injection, injection.map((kick) => -kick)])
      return [plus.echo, minus.echo]
    },
    // The wave dies away; the learning field is what it was, see `WaveBody.run`.
    async [Symbol.asyncDispose]() {},
  }
}

interface Returned {
  readonly echo: Echo
  readonly state: WaveState
}

/** Runs reversed states back and reads what they bring; they stay reversed. */
function returning(
  { body }: FlightParts,
  states: readonly WaveState[],
  kicks: readonly Float64Array[],
  row: (frame: number) => Float64Array,
  frames: number,
): readonly Returned[] {
  const { course, probe } = body.parts
  const { drive, sense } = body.sheet
  const startedAt = body.seconds
  const starts = states.map((state) => state.momentum.slice())
  const conjugate = states.map(() => new Float64Array(frames * drive.width))
  const returned = states.map(() => new Float64Array(drive.width))
  sendBack(
    course,
    states,
    row,
    frames,
    (frame) => {
      states.forEach((state, s) => {
        inject(state, course, kicks[s], frame * sense.width, 'reversed')
      })
    },
    (frame) => {
      states.forEach((state, s) => {
        conjugates(state, course, conjugate[s], frame * drive.width)
        if (frame === 0)
          course.inputs.forEach(({ mode, part }, i) => {
            returned[s][i] = part === 'q' ? state.q[mode] : -state.p[mode]
          })
      })
    },
  )
  return states.map((state, s) => {
    const local = new Float64Array(body.theta.length)
    const saturated = body.action(state, starts[s], local, 0)
    // Two rows a slot: the conjugates of all frames from the first on, and in the last what returned.
    probe.disturb(conjugate[s], 2 * body.slot * drive.width)
    probe.disturb(returned[s], (2 * (body.slot + frames) - 1) * drive.width)
    body.passed(frames)
    const receipt = { slots: frames, clipped: 0, retries: 0, saturated, startedAt, endedAt: body.seconds }
    return { echo: { receipt, returned: returned[s], conjugate: conjugate[s], local }, state }
  })
}

/** Friction turns the momentum of a returned, still reversed learning field into a shift; returns how many hit a limit. */
function rest({ body, friction, made }: FlightParts, { theta, momentum }: WaveState, decay: Decay): number {
  if (friction === undefined) return 0
  const left = Math.exp(-friction.decay)
  const gain = (1 - left) / friction.mass
  // Before the last reversal every momentum still points the other way: a decay with the mass -m.
  const sign = decay === 'mirrored' ? 1 : -1
  const [{ min, max }] = body.sheet.banks
  let clipped = 0
  for (let i = 0; i < theta.length; i++) {
    const moved = theta[i] - body.parts.offset[i] + saturated(sign * gain * momentum[i], made.shiftLimit)
    body.theta[i] = Math.min(max, Math.max(min, moved))
    body.momentum[i] = -left * momentum[i]
    if (body.theta[i] !== moved) clipped++
  }
  return clipped
}
