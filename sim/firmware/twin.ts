import type { Activation } from '../../devices/mgd-chip.ts'
import type { Backend, Receipt } from '../../src/contract/backend.ts'
import { type CodePort, type LearnPort, learnSlots, type StatePort } from '../../src/contract/facets.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { layoutOf } from '../../src/wire/index.ts'
import { costUnit, type Scaled, scaledCoefficients, scaledGains } from '../../src/wire/scaling.ts'
import { FirmwareChip } from './chip.ts'
import { parameterCounts } from './counts.ts'
import { learnOnTwin } from './learn.ts'

export interface FirmwareTwinOptions {
  /** Neurons per layer from the input on; default 2-2-1, as the firmware after a reset. */
  readonly layers?: readonly number[]
  /** Default sigmoid. */
  readonly activation?: Activation
  /** Time of one slot, seconds; default 250 us, about that of an ATmega328P with a 2-2-1 network. */
  readonly slotSeconds?: number
}

export interface FirmwareTwin extends Backend {
  readonly codes: CodePort
  readonly learn: LearnPort
  readonly state: StatePort
  /** The chip in counts, for comparison with a board bit by bit. */
  readonly chip: FirmwareChip
}

/** The firmware without a board: the same whole numbers out of the same whole numbers, in the process. */
export function firmwareTwin(options: FirmwareTwinOptions = {}): FirmwareTwin {
  const { layers = [2, 2, 1], activation = 'sigmoid', slotSeconds = 250e-6 } = options
  const chip = new FirmwareChip({ layers, activation }, slotSeconds)
  const { sheet, parameters } = chip
  const layout = layoutOf(sheet, 'i16')
  let clock = 0

  const receipt = (slots: number, clipped: number, saturated = 0): Receipt => {
    const startedAt = clock
    clock += slots * slotSeconds
    return { slots, clipped, saturated, retries: 0, startedAt, endedAt: clock }
  }
  const read = (theta: Float64Array) => {
    const step = layout.banks[0].step
    for (let i = 0; i < theta.length; i++) theta[i] = parameters.dac[i] * step
  }
  const tooLarge = (what: string) =>
    new InsituError('LIMIT', `${nameOf(sheet)}: ${what} cannot be written in 16 bits`, {
      device: sheet.machine,
      hint: 'lower the learning rate',
    })

  return {
    chip,
    sheet,
    async store(theta) {
      parameters.write(parameterCounts(sheet, theta))
    },
    async measure(block, into) {
      const readings = new Int16Array(block.slots * sheet.sense.width)
      const { clipped, saturated } = chip.measure(block, readings)
      for (let n = 0; n < readings.length; n++) into[n] = readings[n] * sheet.sense.step
      return receipt(block.slots, clipped, saturated)
    },
    codes: {
      families: ['random', 'walsh', 'sequential', 'sinusoid'],
      async apply(code, coefficients, theta) {
        const scaled = scaledCoefficients(coefficients)
        if (scaled === undefined) throw tooLarge('a coefficient')
        const clipped = chip.apply(code, scaled.exponent, scaled.values)
        read(theta)
        return receipt(0, clipped)
      },
    },
    learn: {
      async run(job, costs, theta) {
        const gain = scaledGains(layout, job).map((scaled, b): Scaled => {
          if (scaled === undefined) throw tooLarge(`the gain of bank ${sheet.banks[b].name} at rate ${job.rate}`)
          return scaled
        })
        const clipped = learnOnTwin(chip, { ...job, gain }, costs)
        const unit = costUnit(layout)
        for (let row = 0; row < job.rows; row++) costs[row] *= unit
        read(theta)
        return receipt(learnSlots(job), clipped)
      },
    },
    state: {
      async snapshot() {
        return new Uint8Array(parameters.theta32.slice().buffer)
      },
      async restore(snapshot, theta) {
        const wanted = parameters.theta32.byteLength
        if (snapshot.byteLength !== wanted)
          throw new InsituError(
            'SHAPE',
            `${nameOf(sheet)}: snapshot has ${snapshot.byteLength} bytes, wanted ${wanted}`,
            { hint: 'restore only what a chip with the same layers gave' },
          )
        parameters.load(new Int32Array(snapshot.slice().buffer))
        read(theta)
      },
    },
    async [Symbol.asyncDispose]() {
      parameters.write(new Int16Array(parameters.dac.length))
    },
  }
}
