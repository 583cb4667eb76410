import { chipInTheLoop } from '../rules/chip-in-the-loop.ts'
import { directFeedbackAlignment } from '../rules/direct-feedback.ts'
import { feedbackAlignment } from '../rules/feedback-alignment.ts'
import { hamiltonianEcho } from '../rules/hamiltonian-echo.ts'
import { inSitu } from '../rules/in-situ.ts'
import { mgd } from '../rules/mgd.ts'
import { mgdAnalog } from '../rules/mgd-analog.ts'
import { mgdOnChip } from '../rules/mgd-on-chip.ts'
import { mgdReplay } from '../rules/mgd-replay.ts'
import { nudged } from '../rules/nudged.ts'
import { probabilisticSynapses } from '../rules/probabilistic-synapses.ts'
import { recurrentEcho } from '../rules/recurrent-echo.ts'
import { signSymmetry } from '../rules/sign-symmetry.ts'
import { spikeTiming } from '../rules/spike-timing.ts'

/** A rule as tables show it: its needs are the rule's own. */
export interface RuleEntry {
  readonly name: string
  readonly needs: readonly string[]
  readonly summary: string
  /** What must be known of the machine beside its data sheet. */
  readonly knows: string
  /** Slots that one row takes in one update. */
  readonly reads: string
  /** The kinds of machine of which that is known; absent for rules that take any. */
  readonly machines?: readonly string[]
}

/** Machines that have twins here; with a twin of one's own the rule takes any. */
export const TWINNED = ['mgd-chip', 'lattice', 'wave-field', 'neuromorphic-core', 'thz-encoder']

/** A rule's name and needs do not depend on the network or the twin. */
const NO_TWIN = { name: 'none', width: { theta: 0, drive: 0, sense: 0 }, banks: [], forward() {}, vjp() {} }
const NOTHING = { inputs: 1, cores: [], groups: 1, parameters: 0 }

const some = { seed: 0, norm: 1 }

/** Every rule there is, with the facets it needs. */
export const RULES: readonly RuleEntry[] = [
  {
    ...mgd(some),
    summary: 'multiplexed gradient descent, baseline and sum; any optimizer',
    knows: 'nothing',
    reads: '1 + perturbations',
  },
  {
    ...mgdAnalog(some),
    summary: 'the same with high-pass and low-pass instead of a baseline',
    knows: 'nothing',
    reads: 'perturbations',
  },
  {
    ...mgdReplay({ ...some, rate: 1 }),
    summary: 'the machine replays its perturbations for the update',
    knows: 'nothing',
    reads: '1 + perturbations',
  },
  {
    ...inSitu(),
    summary: 'loaded with the input and with the error; the gradient is the product of two local readings',
    knows: 'nothing',
    reads: '3 (2 with the error alone)',
  },
  {
    ...nudged(),
    summary: 'nudged equilibrium and coupled learning: the difference of two squared local readings',
    knows: 'nothing',
    reads: '3 (2 to one side)',
  },
  {
    ...hamiltonianEcho({ rate: 1 }),
    summary: 'a wave is pushed by the error and sent back; the learning field moves itself, unread',
    knows: 'nothing',
    reads: '4: out and back, twice',
  },
  {
    ...recurrentEcho(),
    summary: 'echoes pushed both ways, a loss at every frame: the difference of their actions',
    knows: 'nothing',
    reads: '4: out and back, twice',
  },
  {
    ...probabilisticSynapses({ net: NOTHING }),
    machines: ['neuromorphic-core'],
    summary: 'synapses trained as probabilities in a model of the machine, which then samples them',
    knows: 'the network',
    reads: 'none',
  },
  {
    ...spikeTiming(),
    machines: ['spiking-layer'],
    summary: 'exact gradients of several spike times per neuron, from the times that the machine itself gave',
    knows: 'weights and time constants',
    reads: '1',
  },
  {
    ...chipInTheLoop({ twin: NO_TWIN }),
    machines: TWINNED,
    summary: 'readings from the machine, slopes from a model of it, at the state that was measured',
    knows: 'a twin',
    reads: '1',
  },
  {
    ...feedbackAlignment({ layers: [] }),
    machines: ['mgd-chip'],
    summary: 'errors come back through fixed random weights instead of the machine’s own, layer by layer',
    knows: 'layers and a slope',
    reads: '1, with taps',
  },
  {
    ...directFeedbackAlignment({ layers: [] }),
    machines: ['mgd-chip'],
    summary: 'errors of the outputs go to every layer at once, through a random matrix or another machine',
    knows: 'layers and a slope',
    reads: '1, with taps',
  },
  {
    ...signSymmetry({ layers: [] }),
    machines: ['mgd-chip'],
    summary: 'errors come back through the signs of the machine’s weights',
    knows: 'layers, signs and a slope',
    reads: '1, with taps',
  },
  {
    ...mgdOnChip({ ...some, rate: 1 }),
    summary: 'the machine runs the rule itself',
    knows: 'nothing',
    reads: '1 + perturbations, on board',
  },
]
