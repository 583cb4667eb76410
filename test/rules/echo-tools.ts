import type { Backend, Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import type { Decay, Echo, EchoPort, Flight } from '../../src/contract/echo.ts'
import type { LocalPort } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet } from '../../src/contract/sheet.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export interface Point {
  q: number
  p: number
}

/** Moves the point by a time; returns the action of each parameter, integral of dH / d theta dt. */
export type Flow = (point: Point, theta: Float64Array, time: number) => number[]

/** H = p^2 / 2 + theta q^2 / 2, in closed form. */
export const harmonic: Flow = (point, [theta], time) => {
  const w = Math.sqrt(theta)
  const { q, p } = point
  const [c, s] = [Math.cos(w * time), Math.sin(w * time)]
  point.q = q * c + (p / w) * s
  point.p = p * c - q * w * s
  const [even, odd] = [time / 2, (c * s) / (2 * w)]
  return [(q ** 2 * (even + odd) + (p / w) ** 2 * (even - odd) + (q * p * s ** 2) / theta) / 2]
}

/** H = p^2 / 2 + theta_0 q^2 / 2 + theta_1 q^4 / 4 by leapfrog, 1/100 a step. */
export const quartic: Flow = (point, [k, g], time) => {
  const steps = Math.round(time * 100)
  const dt = time / steps
  const action = [0, 0]
  for (let n = 0; n < steps; n++) {
    point.q += (dt / 2) * point.p
    action[0] += (dt * point.q ** 2) / 2
    action[1] += (dt * point.q ** 4) / 4
    point.p -= dt * (k * point.q + g * point.q ** 3)
    point.q += (dt / 2) * point.p
  }
  return action
}

export interface OscillatorOptions {
  readonly flow?: Flow
  readonly params?: number
  /** Time of one frame. */
  readonly time?: number
  /** Damping per unit of time, put on at both ends of a frame. */
  readonly loss?: number
  /** Standard deviation of a local reading. */
  readonly noise?: number
  /** Where the machine can be copied. */
  readonly both?: boolean
  /** Where the parameters are a field: theta += momentum * gain in a decay. */
  readonly gain?: number
  /** Largest injection. */
  readonly most?: number
  /** What injections are rounded to. */
  readonly injectionStep?: number
  readonly reads?: LocalPort['reads']
}

const PORT = { width: 1, unit: '1', min: -100, max: 100, step: 0 }

/** One oscillator with every part of an echo: driven and read by its position; the smallest machine for these rules. */
export class Oscillator implements Backend {
  readonly sheet: DataSheet
  readonly echo: EchoPort
  readonly local: LocalPort
  readonly calls: string[] = []
  readonly theta: Float64Array
  readonly #options: Required<OscillatorOptions>
  readonly #noise = draws(1, STREAM.readNoise)
  #readings = 0
  #slots = 0

  constructor(options: OscillatorOptions = {}) {
    this.#options = {
      flow: harmonic,
      params: 1,
      time: 1,
      loss: 0,
      noise: 0,
      both: false,
      gain: 0,
      most: 100,
      injectionStep: 0,
      reads: 'action',
      ...options,
    }
    const { params, time, noise, gain, most, injectionStep, reads } = this.#options
    const bank = { ...PORT, name: 'theta', width: params, safe: 1, slew: Number.POSITIVE_INFINITY }
    this.sheet = dataSheet({
      machine: 'oscillator',
      kind: 'simulator',
      identity: 'test',
      banks: [bank],
      drive: PORT,
      sense: { ...PORT, noise: 0 },
      maxSlots: 64,
      slotSeconds: time,
      repeatable: true,
      settings: {},
    })
    this.theta = new Float64Array(params).fill(1)
    this.echo = {
      injection: { ...PORT, min: -most, max: most, step: injectionStep },
      maxFrames: 16,
      launch: async (drive) => this.#launch(drive.slice()),
      ...(gain > 0 && {
        learning: { bracket: 1, gain, read: async (theta: Float64Array) => theta.set(this.theta) },
      }),
    }
    this.local = {
      reads,
      sense: { ...PORT, width: params, noise },
      read: async () => Promise.reject(new Error('no rule here reads a block')),
    }
  }

  async store(theta: Float64Array): Promise<void> {
    this.theta.set(theta)
  }

  async measure({ slots, drive }: Block, into: Float64Array): Promise<Receipt> {
    const rows = Float64Array.from({ length: slots }, (_, t) => drive.data[Math.floor(t / drive.hold)])
    into.set(this.#out(rows).output)
    return this.#receipt(slots)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #out(drive: Float64Array) {
    const point: Point = { q: 0, p: 0 }
    const action = new Float64Array(this.theta.length)
    const output = drive.map((u) => {
      point.q += u
      this.#run(point, action)
      return point.q
    })
    return { point, action, output }
  }

  /** One frame, in whichever direction. */
  #run(point: Point, action: Float64Array): void {
    const { flow, time, loss } = this.#options
    const half = Math.exp((-loss * time) / 2)
    point.q *= half
    point.p *= half
    flow(point, this.theta, time).forEach((value, i) => {
      action[i] += value
    })
    point.q *= half
    point.p *= half
  }

  #launch(drive: Float64Array): Flight {
    this.calls.push('launch')
    const { point, action, output } = this.#out(drive)
    const back = (injection: Float64Array, decay?: Decay) => this.#back(drive, { ...point }, action, injection, decay)
    return {
      output,
      receipt: this.#receipt(drive.length),
      local: this.#read(action),
      echo: async (injection, { decay } = {}) => {
        this.calls.push(decay === undefined ? 'echo' : `echo ${decay}`)
        return back(injection, decay)
      },
      ...(this.#options.both && {
        both: async (injection: Float64Array) => {
          this.calls.push('both')
          return [back(injection), back(injection.map((e) => -e))] as const
        },
      }),
      [Symbol.asyncDispose]: async () => {},
    }
  }

  #back(drive: Float64Array, point: Point, out: Float64Array, injection: Float64Array, decay?: Decay): Echo {
    const action = new Float64Array(this.theta.length)
    const conjugate = new Float64Array(drive.length)
    const { injectionStep: step } = this.#options
    let returned = 0
    point.p = -point.p
    for (let t = drive.length - 1; t >= 0; t--) {
      point.p -= step === 0 ? injection[t] : step * Math.round(injection[t] / step)
      this.#run(point, action)
      conjugate[t] = -point.p
      returned = point.q
      point.q -= drive[t]
    }
    // What the wave did to the learning field on both ways; it stood still meanwhile.
    const sign = decay === 'mirrored' ? -1 : 1
    if (decay !== undefined)
      for (let i = 0; i < action.length; i++) this.theta[i] += sign * this.#options.gain * (action[i] - out[i])
    return {
      receipt: this.#receipt(drive.length),
      returned: Float64Array.of(returned),
      conjugate,
      local: this.#read(action),
    }
  }

  #read(action: Float64Array): Float64Array {
    return action.map((value) => value + this.#options.noise * this.#noise.normal(this.#readings++))
  }

  #receipt(slots: number): Receipt {
    const startedAt = this.#slots * this.sheet.slotSeconds
    this.#slots += slots
    const endedAt = this.#slots * this.sheet.slotSeconds
    return { slots, clipped: 0, retries: 0, saturated: 0, startedAt, endedAt }
  }
}

/** An attached oscillator, and the machine behind it. */
export function oscillator(options: OscillatorOptions = {}) {
  const backend = new Oscillator(options)
  return { backend, device: attach(backend) }
}

/** The slope of a function, by central differences of sixth order. */
export function slope(f: (x: number) => number, at: number, h = 0.02): number {
  const odd = (n: number) => f(at + n * h) - f(at - n * h)
  return (45 * odd(1) - 9 * odd(2) + odd(3)) / (60 * h)
}

/** The parts of a machine as plain properties, for tests that change some of them. */
export function shown(backend: Oscillator) {
  return {
    sheet: backend.sheet,
    local: backend.local,
    echo: backend.echo,
    store: (theta: Float64Array) => backend.store(theta),
    measure: (block: Block, into: Float64Array) => backend.measure(block, into),
    [Symbol.asyncDispose]: async () => {},
  }
}
