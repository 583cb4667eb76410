import { chipLayers } from '../../../../devices/mgd-chip-layers.ts'
import { mgdChipTwin } from '../../../../sim/twins/mgd-chip.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { feedbackAlignment } from '../../../rules/feedback-alignment.ts'
import { mgd } from '../../../rules/mgd.ts'
import type { Rule } from '../../../rules/rule.ts'

/** What a rule is made from. */
export interface RuleParts {
  readonly spec: { readonly layers: readonly number[]; readonly activation: 'sigmoid' }
  /** Rows of one update. */
  readonly batch: number
  /** Perturbations of each row, for MGD, and their amplitude, V. */
  readonly codes: number
  readonly amplitude: number
  readonly seed: number
}

/** A rule and how many rows it is given at once. */
export interface YinYangRule {
  readonly rule: Rule<'taps', unknown>
  readonly rows: number
}

/** The rules that are compared; each takes `batch` rows for an update. */
export const YIN_YANG_RULES = {
  'chip-in-the-loop': ({ spec, batch }: RuleParts): YinYangRule => ({
    rule: chipInTheLoop({ twin: mgdChipTwin(spec) }),
    rows: batch,
  }),
  'feedback-alignment': ({ spec, batch, seed }: RuleParts): YinYangRule => ({
    rule: feedbackAlignment({ layers: chipLayers(spec), seed }),
    rows: batch,
  }),
  mgd: ({ batch, codes, amplitude, seed }: RuleParts): YinYangRule => ({
    rule: mgd({ family: 'random', seed, amplitudes: amplitude, tauX: codes, tauTheta: codes * batch }),
    rows: 1,
  }),
} as const

export type YinYangRuleName = keyof typeof YIN_YANG_RULES
export const YIN_YANG_RULE_NAMES = Object.keys(YIN_YANG_RULES) as YinYangRuleName[]
