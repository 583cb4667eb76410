import type { Law } from './law.ts'
import { adjoint } from './laws/adjoint.ts'
import { cutting, halves, hold, longest } from './laws/blocks.ts'
import { apply, codes } from './laws/codes.ts'
import { conjugate } from './laws/conjugate.ts'
import { noAfterglow, noDelta, signs, storedDelta } from './laws/delta.ts'
import { flights } from './laws/echo.ts'
import { echoRefusals } from './laws/echo-refusals.ts'
import { echoes } from './laws/echo-return.ts'
import { slopes } from './laws/echo-slopes.ts'
import { turns } from './laws/echo-turns.ts'
import { learn } from './laws/learn.ts'
import { disposal, disposedBusy } from './laws/life.ts'
import { local } from './laws/local.ts'
import { abortedBefore, abortedDuring, abortedQueued, order } from './laws/order.ts'
import { patterns } from './laws/patterns.ts'
import { answers, exactFill } from './laws/reading.ts'
import { responsive } from './laws/reciprocity.ts'
import { finite, lengths, limitsClipped, limitsRefused, noLoadMeasured } from './laws/refusals.ts'
import { frozen, inputSteps, noise, senseStep, slotTime, units } from './laws/sheet.ts'
import { restored } from './laws/state.ts'
import { taps } from './laws/taps.ts'

/** Everything the contract promises about a machine, in the order in which a failure explains the next. */
export const laws: readonly Law[] = [
  frozen,
  units,
  exactFill,
  answers,
  senseStep,
  inputSteps,
  noise,
  slotTime,
  noDelta,
  noAfterglow,
  storedDelta,
  signs,
  halves,
  hold,
  cutting,
  longest,
  lengths,
  finite,
  limitsRefused,
  limitsClipped,
  noLoadMeasured,
  order,
  abortedBefore,
  abortedQueued,
  abortedDuring,
  ...codes,
  ...apply,
  ...patterns,
  ...learn,
  ...local,
  ...taps,
  ...adjoint,
  ...responsive,
  conjugate,
  ...flights,
  ...echoRefusals,
  ...turns,
  ...echoes,
  ...slopes,
  restored,
  disposal,
  disposedBusy,
]
