import type { CheckedDevice } from '../contract/device.ts'
import { InsituError } from '../errors.ts'
import type { FittedTwin } from './calibration.ts'
import type { Verdict } from './verdict.ts'

export interface TrustOptions {
  /**
   * Largest distance of the readings from what the twin predicts, as a multiple of what chance allows it (`Verdict.allowed`);
   * default 1.
   */
  readonly deviation?: number
  /** Least part of `reachable` that the response must have, over all and in each bank; default 0.5. */
  readonly response?: number
}

/** Below this, noise hides so much of a response that it says nothing. */
const HEARD = 0.3

/** Standard errors beyond which a slope has its sign for certain. */
const CERTAIN = 2

/** Throws `TWIN` with what disagrees, where a verdict is not good enough to learn by. */
export function requireTrust(
  { twin, calibration }: FittedTwin,
  device: CheckedDevice,
  verdict: Verdict,
  options: TrustOptions = {},
): void {
  const { deviation: far = 1, response: least = 0.5 } = options
  const { unit } = device.sheet.sense
  const refuse = (what: string, hint: string) => {
    throw new InsituError('TWIN', `twin ${twin.name} does not predict ${device.name}: ${what}`, {
      device: device.sheet.machine,
      hint,
    })
  }
  for (const { bank, response, reachable, slopes, slopesError } of verdict.banks) {
    if (reachable <= HEARD) continue
    if (response < least * reachable)
      refuse(
        `when bank ${bank} moves, readings change with cosine ${short(response)} to what it expects (noise would leave ${short(reachable)})`,
        response < -least * reachable
          ? `a sign of the twin is flipped in what bank ${bank} does`
          : 'check that twin and machine have the same settings and the same layout of parameters and inputs; calibrate the twin where the machine is far off its design',
      )
    // Where parameters are far from a slope, in silence or at a limit, it is small, and noise makes it one of either sign.
    if (slopes === 0 || slopes < -CERTAIN * slopesError)
      refuse(
        `its slopes by bank ${bank} point ${slopes < 0 ? 'against' : 'nowhere along'} the measured changes (cosine ${short(slopes)}), while its forward agrees with them (cosine ${short(response)})`,
        'a sign of its vjp is flipped, or a term is missing: requireSlopes() compares it with differences of forward',
      )
  }
  if (verdict.deviation > far * verdict.allowed) {
    const { reading, measured, expected } = verdict.worst
    refuse(
      `readings lie ${short(verdict.deviation)} standard deviations from what it predicts with ${calibration === undefined ? 'the spreads of its banks' : 'its error bars'} (chance allows ${short(verdict.allowed)}): reading ${reading} is ${short(measured)} ${unit}, expected ${short(expected)} ${unit}`,
      calibration === undefined
        ? 'calibrate the twin on this machine, or check its settings and the spreads of its banks'
        : 'the machine has changed since it was calibrated, or is another one: calibrate again',
    )
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
