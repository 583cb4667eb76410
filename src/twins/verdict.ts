/** How readings follow one bank of the machine's parameters. */
export interface BankResponse {
  readonly bank: string
  /** Cosine between measured and expected changes of the readings when the bank moves; noise lowers it. */
  readonly response: number
  /** What noise alone would leave of `response` for a right twin. */
  readonly reachable: number
  /**
   * The same with changes as the twin's slopes have them in place of those of its forward: 1 for right slopes and small moves,
   * below 0 where a step against the gradient would climb. Surrogate slopes have another length than right ones.
   */
  readonly slopes: number
  /** Standard error of `slopes`, from the scatter of single moves; 0 of a single one. */
  readonly slopesError: number
}

/** How a twin and its machine agree. */
export interface Verdict {
  /** Root mean square of reading minus expectation over that of the readings about their mean. */
  readonly residual: number
  /** Root mean square of reading minus expectation over that of the readings. */
  readonly share: number
  /**
   * Root mean square of reading minus expectation in standard deviations of what the twin predicts: the errors of its parameters
   * (the spreads of its banks before a calibration), of its fit, and the noise that the machine states. Of a calibrated twin
   * over all moves, of one as designed at the stored parameters.
   */
  readonly deviation: number
  /** The largest deviation that chance leaves a right twin. */
  readonly allowed: number
  /** Cosine between measured and expected changes of the readings over all moves. */
  readonly response: number
  /** What noise alone would leave of `response` for a right twin. */
  readonly reachable: number
  /** The same for each bank. */
  readonly banks: readonly BankResponse[]
  /** Reading that lies furthest off. */
  readonly worst: { readonly reading: number; readonly measured: number; readonly expected: number }
  readonly slots: number
  readonly clipped: number
  readonly saturated: number
  readonly retries: number
}
