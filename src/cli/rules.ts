import { hamiltonianEcho } from '../rules/hamiltonian-echo.ts'
import { inSitu } from '../rules/in-situ.ts'
import { mgd } from '../rules/mgd.ts'
import { mgdAnalog } from '../rules/mgd-analog.ts'
import { mgdOnChip } from '../rules/mgd-on-chip.ts'
import { mgdReplay } from '../rules/mgd-replay.ts'
import { nudged } from '../rules/nudged.ts'
import { probabilisticSynapses } from '../rules/probabilistic-synapses.ts'
import { recurrentEcho } from '../rules/recurrent-echo.ts'
import { spikeTiming } from '../rules/spike-timing.ts'

/** A rule as tables show it: its needs are the rule's own. */
export interface RuleEntry {
  readonly name: string
  readonly needs: readonly string[]
  readonly summary: string
  /** The kind of machine whose parameters the rule knows by name; absent for rules that take any. */
  readonly machine?: string
}

/** A rule's name and needs do not depend on the network. */
const NOTHING = { inputs: 1, cores: [], groups: 1, parameters: 0 }

const some = { seed: 0, norm: 1 }

/** Every rule there is, with the facets it needs. */
export const RULES: readonly RuleEntry[] = [
  { ...mgd(some), summary: 'multiplexed gradient descent, baseline and sum; any optimizer' },
  { ...mgdAnalog(some), summary: 'the same with high-pass and low-pass instead of a baseline' },
  { ...mgdReplay({ ...some, rate: 1 }), summary: 'the machine replays its perturbations for the update' },
  {
    ...inSitu(),
    summary: 'loaded with the input and with the error; the gradient is the product of two local readings',
  },
  { ...nudged(), summary: 'nudged equilibrium and coupled learning: the difference of two squared local readings' },
  {
    ...hamiltonianEcho({ rate: 1 }),
    summary: 'a wave is pushed by the error and sent back; the learning field moves itself, unread',
  },
  { ...recurrentEcho(), summary: 'echoes pushed both ways, a loss at every frame: the difference of their actions' },
  {
    ...probabilisticSynapses({ net: NOTHING }),
    machine: 'neuromorphic-core',
    summary: 'synapses trained as probabilities in a model of the machine, which then samples them',
  },
  {
    ...spikeTiming(),
    machine: 'spiking-layer',
    summary: 'exact gradients of several spike times per neuron, from the times that the machine itself gave',
  },
  { ...mgdOnChip({ ...some, rate: 1 }), summary: 'the machine runs the rule itself' },
]
