import { InsituError } from '../../../src/errors.ts'
import type { Population } from '../network.ts'
import { FORMAT } from './format.ts'

/** Settings of the neurons of a population on the core, one number per neuron. */
export interface Registers {
  /** Share of the membrane that is lost in a tick, of 4096. */
  readonly membraneDecay: Float64Array
  /** Share of the current that is lost in a tick, of 4096; all of it where a neuron has no synaptic current. */
  readonly currentDecay: Float64Array
  /** In steps of the membrane. */
  readonly threshold: Float64Array
  /** What one unit of input adds in a tick, in units of the membrane of the file. */
  readonly gain: Float64Array
}

/**
 * Neurons as the core holds them.
 *
 * `scale`: steps of a threshold or weight per unit of the file's membrane, a power of two. Throws `CONFIG` for what the
 * core cannot do, `LIMIT` for what its registers do not hold; each names the node and the neuron.
 */
export function registers({ name, size, neurons }: Population, dt: number, scale: number, network: string): Registers {
  const { tauMem, tauSyn, r, wIn, vLeak, vReset, vThreshold } = neurons
  const who = (neuron: number) => `${network}: node "${name}", neuron ${neuron}`
  for (const [field, values] of Object.entries({ v_leak: vLeak, v_reset: vReset })) {
    const bad = values.findIndex((value) => value !== 0)
    if (bad < 0) continue
    throw new InsituError('CONFIG', `${who(bad)}: ${field} is ${values[bad]}; on this core it is 0`, {
      hint: 'take the exact or the euler model',
    })
  }
  // Twelve bits hold 4095; the current's decay has one added by the core.
  const decay = (taus: Float64Array) => taus.map((tau) => Math.trunc((dt / tau) * (FORMAT.decayUnity - 1)))
  return {
    membraneDecay: tauMem === undefined ? new Float64Array(size) : decay(tauMem),
    currentDecay:
      tauSyn === undefined ? new Float64Array(size).fill(FORMAT.decayUnity) : decay(tauSyn).map((d) => d + 1),
    threshold: vThreshold.map((threshold, neuron) => thresholdSteps(threshold, scale, who(neuron))),
    gain: r.map(
      (resistance, i) =>
        resistance *
        (tauMem === undefined ? dt : dt / tauMem[i]) *
        (tauSyn === undefined ? 1 : wIn[i] * (dt / tauSyn[i])),
    ),
  }
}

function thresholdSteps(threshold: number, scale: number, who: string): number {
  if (threshold === Number.POSITIVE_INFINITY) return threshold
  const shift = FORMAT.thresholdBits - Math.log2(scale)
  // The published rule: a 17-bit fraction of one, then whole steps.
  const register = Math.floor(Math.trunc(threshold * FORMAT.mostThreshold) / 2 ** shift)
  if (register >= 1 && register <= FORMAT.mostThreshold) return FORMAT.alignment * register
  throw new InsituError(
    'LIMIT',
    `${who}: v_threshold ${threshold} is ${register} steps of the core, which holds 1 to ${FORMAT.mostThreshold}`,
    { hint: 'choose another scale' },
  )
}
