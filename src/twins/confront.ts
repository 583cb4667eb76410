import type { CallOptions } from '../contract/backend.ts'
import type { CheckedDevice } from '../contract/device.ts'
import { checkTwinWidths, expected, slopes } from './ask.ts'
import type { FittedTwin } from './calibration.ts'
import { Distance } from './distance.ts'
import { type MoveOptions, moved, reach } from './moves.ts'
import { predict } from './predict.ts'
import { residual } from './residual.ts'
import { startParameters, type Twin, twinParameterCount } from './twin.ts'
import type { BankResponse, Verdict } from './verdict.ts'

export { requireTrust, type TrustOptions } from './trust.ts'
export type { BankResponse, Verdict } from './verdict.ts'

export type ConfrontOptions = MoveOptions

/** Sums over the moves of one bank: measured times expected, measured times sloped, and the squares. */
interface Sums {
  both: number
  sloped: number
  /** Sum over moves of the square of what each adds to `sloped`. */
  slopedSquares: number
  moves: number
  measured: number
  expected: number
  readings: number
}

const NONE: Readonly<Sums> = { both: 0, sloped: 0, slopedSquares: 0, moves: 0, measured: 0, expected: 0, readings: 0 }

/**
 * Holds a twin against its machine at the parameters `theta` and beside them, one bank after the other, which are stored, and then
 * `theta` again. `drive` holds `rows` rows the machine may be shown. Throws `SHAPE` where they are not as wide as each other.
 */
export async function confront(
  fitted: FittedTwin,
  device: CheckedDevice,
  at: { readonly theta: Float64Array; readonly drive: Float64Array; readonly rows: number },
  options: ConfrontOptions = {},
  opts: CallOptions = {},
): Promise<Verdict> {
  const { twin, calibration } = fitted
  const { moves = 4 } = options
  const { sheet } = device
  checkTwinWidths(twin, sheet)
  const parameters = calibration?.parameters ?? startParameters(twin)
  const { drive, rows } = at
  const tally = { slots: 0, clipped: 0, saturated: 0, retries: 0 }
  const read = async (theta: Float64Array): Promise<Float64Array> => {
    await device.store(theta, opts)
    const sense = new Float64Array(rows * twin.width.sense)
    const receipt = await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, sense, opts)
    for (const key of ['slots', 'clipped', 'saturated', 'retries'] as const) tally[key] += receipt[key]
    return sense
  }
  const noise = Math.hypot(sheet.sense.noise, sheet.sense.step / Math.sqrt(12))
  const point = { theta: at.theta, drive, rows, parameters }
  const here = await read(at.theta)
  const predicted = await predict(fitted, { theta: at.theta, drive, rows })
  const { mean: believed } = predicted
  // The sigma of a calibration has the noise in it.
  const unknown = calibration === undefined ? noise : 0
  const distance = new Distance()
  distance.add(here, predicted, here.length, unknown)
  const known = calibration === undefined ? 0 : predictedRows(twin, rows, sheet.banks.length * moves)
  const gradient = new Float64Array(at.theta.length)
  const change = new Float64Array(here.length)
  const sums: Sums[] = []
  try {
    for (let b = 0; b < sheet.banks.length; b++) {
      const size = await reach(twin, point, believed, sheet, b, noise, options)
      const sum: Sums = { ...NONE }
      for (let n = 0; n < moves; n++) {
        const theta = moved(sheet, at.theta, b, size, n, options)
        const there = await read(theta)
        const would = await expected(twin, { ...point, theta })
        for (let i = 0; i < there.length; i++) {
          change[i] = there[i] - here[i]
          const e = would[i] - believed[i]
          sum.both += change[i] * e
          sum.measured += change[i] ** 2
          sum.expected += e ** 2
        }
        sum.readings += there.length
        if (known > 0) {
          const some = await predict(fitted, { theta, drive: drive.subarray(0, known * twin.width.drive), rows: known })
          distance.add(there, some, some.mean.length, unknown)
        }
        await slopes(twin, point, { sense: here }, change, { theta: gradient })
        let along = 0
        for (let i = 0; i < theta.length; i++) along += gradient[i] * (theta[i] - at.theta[i])
        sum.sloped += along
        sum.slopedSquares += along ** 2
        sum.moves++
      }
      sums.push(sum)
    }
  } catch (error) {
    // What went wrong first is what is told; a machine that is gone cannot be put back.
    await device.store(at.theta).catch(() => undefined)
    throw error
  }
  // Without the signal: a call that is aborted now must not leave other parameters stored.
  await device.store(at.theta)
  const total = sums.reduce(added, NONE)
  const { response, reachable } = cosines(total, noise)
  return {
    ...residual(here, believed, twin.width.sense),
    deviation: distance.deviation,
    allowed: distance.allowed,
    response,
    reachable,
    banks: sheet.banks.map(({ name }, b) => ({ bank: name, ...cosines(sums[b], noise) })),
    ...tally,
  }
}

function added(a: Sums, b: Sums): Sums {
  return {
    both: a.both + b.both,
    sloped: a.sloped + b.sloped,
    slopedSquares: a.slopedSquares + b.slopedSquares,
    moves: a.moves + b.moves,
    measured: a.measured + b.measured,
    expected: a.expected + b.expected,
    readings: a.readings + b.readings,
  }
}

function cosines(sums: Sums, noise: number): Omit<BankResponse, 'bank'> {
  const { both, sloped, slopedSquares, moves, measured, expected, readings } = sums
  const lengths = Math.sqrt(measured * expected)
  return {
    response: lengths === 0 ? 0 : both / lengths,
    // A change is the difference of two readings, each with its noise.
    reachable: expected === 0 ? 0 : Math.sqrt(expected / (expected + 2 * noise ** 2 * readings)),
    slopes: lengths === 0 ? 0 : sloped / lengths,
    slopesError:
      lengths === 0 || moves < 2
        ? 0
        : Math.sqrt(Math.max(0, moves * slopedSquares - sloped ** 2) / (moves - 1)) / lengths,
  }
}

/** Multiplications that error bars at moved parameters may take: about a second. */
const BUDGET = 5e8

/** Rows of each move whose readings are held against error bars, which cost parameters^2 a reading. */
function predictedRows(twin: Twin, rows: number, moves: number): number {
  const each = twin.width.sense * moves * twinParameterCount(twin) ** 2
  return Math.max(1, Math.min(rows, Math.floor(BUDGET / Math.max(1, each))))
}
