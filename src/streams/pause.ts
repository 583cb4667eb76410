import type { CheckedDevice } from '../contract/device.ts'
import { safeTheta } from '../contract/sheet.ts'
import { type ErrorCode, InsituError } from '../errors.ts'
import type { Failure } from './pipeline.ts'

/** Errors that tell of a machine that is not there any more, or not as it was left; all others leave it working. */
const LOSSES: ReadonlySet<ErrorCode> = new Set([
  'TIMEOUT',
  'LINK_LOST',
  'SPIKES_LOST',
  'WRONG_FIRMWARE',
  'DEVICE_RESET',
  'DEVICE_FAULT',
  'PORT_ABSENT',
  'PORT_BUSY',
  'PORT_DENIED',
  'PORT_FAILED',
  'INTERNAL',
] satisfies ErrorCode[])

/** Keeps two machines from being driven on when one of them was lost, until parameters are stored on both. */
export class Pause {
  readonly #ends: { readonly a: CheckedDevice; readonly b: CheckedDevice }
  #lost: InsituError | undefined

  constructor(a: CheckedDevice, b: CheckedDevice) {
    this.#ends = { a, b }
  }

  /** Throws what paused them. */
  check(): void {
    if (this.#lost === undefined) return
    const { code, message, hint, device, port } = this.#lost
    throw new InsituError(code, `${message}; nothing was sent`, {
      cause: this.#lost,
      ...(hint !== undefined && { hint }),
      ...(device !== undefined && { device }),
      ...(port !== undefined && { port }),
    })
  }

  /** Parameters were stored on both. */
  end(): void {
    this.#lost = undefined
  }

  /**
   * Passes on a refusal that leaves its machine working. For anything else brings both machines to their safe values, as far as they
   * can be reached, and throws an error with the code of the first that names the machine lost.
   */
  async fail(failure: Failure): Promise<never> {
    const { error } = failure
    if (error instanceof InsituError && !LOSSES.has(error.code)) throw error
    return this.halt(failure, 'was lost')
  }

  /** Brings both machines to their safe values, whatever the error, and throws one with its code that says what happened at which end. */
  async halt({ end, error }: Failure, what: string): Promise<never> {
    const ends = ['a', 'b'] as const
    const told = await Promise.allSettled(ends.map((one) => this.#ends[one].store(safeTheta(this.#ends[one].sheet))))
    const fates = ends.map((one, n) =>
      told[n].status === 'fulfilled'
        ? `${one} is at its safe values`
        : `${one} cannot be reached: only a watchdog of its own brings it there`,
    )
    const known = error instanceof InsituError ? error : undefined
    const reason = error instanceof Error ? error.message : String(error)
    this.#lost = new InsituError(
      known?.code ?? 'INTERNAL',
      `chain: machine ${end}, ${this.#ends[end].name}, ${what}: ${reason}; both are paused: ${fates.join(', ')}`,
      {
        cause: error,
        device: known?.device ?? this.#ends[end].name,
        ...(known?.port !== undefined && { port: known.port }),
        hint: 'store parameters to go on when it is back; a port that was closed has to be opened again',
      },
    )
    throw this.#lost
  }
}
