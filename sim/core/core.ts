import { checkNetwork } from '../../devices/neuromorphic-core/check.ts'
import { energyOf } from '../../devices/neuromorphic-core/energy.ts'
import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import { drainOf, TICK_SECONDS } from '../../devices/neuromorphic-core/presentation.ts'
import {
  type CoreInput,
  coreSheet,
  drawnNoise,
  type Synapses,
  widestLine,
} from '../../devices/neuromorphic-core/sheet.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { CodePort, StatePort } from '../../src/contract/facets.ts'
import { safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { chipEngine, type EngineOptions } from '../../src/kernels/core/engine.ts'
import { memberSeed } from '../../src/kernels/core/member.ts'
import type { ChipEngine, ChipProgram } from '../../src/kernels/core/program.ts'
import { codePort } from '../simulator.ts'
import { statePort } from '../state.ts'
import { CoreBody } from './body.ts'
import { type CoreImperfections, mismatchWeights } from './imperfections.ts'
import { LossyEngine } from './lossy.ts'
import { CoreParameters } from './parameters.ts'
import { checkImperfections, corePreset } from './presets.ts'
import { coreProgram } from './program.ts'

export interface NeuromorphicCoreOptions {
  readonly network: CoreNetwork
  /** Ticks in which input spikes come and output spikes are counted; default 1. */
  readonly ticks?: number
  /** Ticks before output spikes count; default the network's own, which networks with circles do not have. */
  readonly drain?: number
  /** What a number in the bank `crossbar` is; default 'bits'. */
  readonly synapses?: Synapses
  /** What a number of the drive is; default 'rates'. */
  readonly input?: CoreInput
  /** A name from `CORE_PRESETS`; default "ideal". */
  readonly preset?: string
  /** Changes to the preset. */
  readonly imperfections?: Partial<CoreImperfections>
  /** All that is drawn follows from it; default the network's own. */
  readonly seed?: number
  /** Which copy of the core, as members of an ensemble differ; default 0. */
  readonly member?: number
  /**
   * Standard deviation of a count, where it was measured. By default as much as independent spikes at half their rate make,
   * or 0 where nothing is drawn anew from slot to slot; neurons that spike together scatter more.
   */
  readonly noise?: number
  /** Most slots per exchange; default 256. */
  readonly maxSlots?: number
  /** How the cores are computed; every path gives the same spikes. */
  readonly path?: EngineOptions['path']
}

/** What a simulated core has done. */
export interface CoreActivity {
  readonly slots: number
  /** Synaptic operations. */
  readonly operations: number
  /** Spikes lost on their way. */
  readonly lost: number
}

/** A simulated core behind the contract. */
export interface CoreSimulator extends Backend {
  readonly state: StatePort
  activity(): CoreActivity
  /** J used so far by the declared model, `CORE_ENERGY`. */
  energy(): number
}

/** One that draws its synapses from probabilities, hence can perturb them itself. */
export interface CodedCoreSimulator extends CoreSimulator {
  readonly codes: CodePort
}

/**
 * A simulated neuromorphic core, or several (`devices/neuromorphic-core` and `docs/reference/neuromorphic-core.md` say what
 * it means). Throws `CONFIG` naming what cannot be, for the network every place at once.
 */
export function neuromorphicCore(
  options: NeuromorphicCoreOptions & { readonly synapses: 'held' | 'fresh' },
): CodedCoreSimulator
export function neuromorphicCore(options: NeuromorphicCoreOptions): CoreSimulator
export function neuromorphicCore(options: NeuromorphicCoreOptions): CoreSimulator {
  const { body, engine, lost } = assembled(options)
  const cores = options.network.cores.length
  const ticks = Math.round(body.sheet.slotSeconds / TICK_SECONDS)
  let slots = 0
  return {
    sheet: body.sheet,
    async store(theta) {
      body.store(theta)
    },
    async measure(block, into) {
      slots += block.slots
      return body.run(block, into)
    },
    ...((options.synapses ?? 'bits') !== 'bits' && { codes: codePort(body) }),
    state: statePort(body),
    activity: () => ({ slots, operations: engine.operations, lost: lost() }),
    energy: () => energyOf({ cores, ticks, images: slots, operations: engine.operations }),
    async [Symbol.asyncDispose]() {
      body.store(safeTheta(body.sheet))
    },
  }
}

interface Assembled {
  readonly body: CoreBody
  readonly engine: ChipEngine
  lost(): number
}

function assembled(options: NeuromorphicCoreOptions): Assembled {
  const { network, ticks = 1, synapses = 'bits', input = 'rates', preset = 'ideal', member = 0 } = options
  checkNetwork(network)
  if (!Number.isSafeInteger(member) || member < 0)
    throw new InsituError('CONFIG', `neuromorphic-core: member must be a whole number from 0, got ${member}`)
  const imperfections: CoreImperfections = { ...corePreset(preset).imperfections, ...options.imperfections }
  checkImperfections(imperfections)
  const { drain = drainOf(network), seed = network.seed ?? 0, maxSlots = 256 } = options
  const drawn = input === 'rates' || synapses === 'fresh' || imperfections.spikeLoss > 0 || random(network)
  const sheet = coreSheet(network, {
    kind: 'simulator',
    identity: `${words(network)}, ${synapses}, ${preset}${options.imperfections ? ' changed' : ''}, core ${seed}${member === 0 ? '' : `, member ${member}`}`,
    ...{ ticks, drain, synapses, input, maxSlots },
    noise: options.noise ?? (drawn ? drawnNoise(ticks * widestLine(network)) : 0),
    repeatable: true,
    settings: { preset, imperfections, seed, member },
  })
  const own = memberSeed(seed, member)
  const program = coreProgram(network, own)
  mismatchWeights(program, imperfections.weightMismatch, own)
  const { path } = options
  const make = (given: ChipProgram) => chipEngine(given, path === undefined ? {} : { path })
  const { spikeLoss } = imperfections
  const lossy = spikeLoss > 0 ? new LossyEngine(program, make, spikeLoss, own) : undefined
  const engine = lossy ?? make(program)
  const { slotSeconds } = sheet
  const parameters = new CoreParameters({ network, engine, synapses, imperfections, seed: own, slotSeconds })
  const presentation = { ticks, drain }
  const body = new CoreBody({ sheet, network, engine, parameters, presentation, input, seed: own })
  return { body, engine, lost: () => lossy?.lost ?? 0 }
}

/** "2 cores 256-256, 64 lines to 10". */
function words({ cores, inputs, outputs }: CoreNetwork): string {
  const sizes = cores.map(({ neurons }) => neurons.length)
  const listed = sizes.length > 4 ? `${sizes.slice(0, 3).join('-')}-...` : sizes.join('-')
  return `${sizes.length} ${sizes.length === 1 ? 'core' : 'cores'} ${listed}, ${inputs.length} lines to ${outputs}`
}

/** Whether neurons draw random numbers in every tick. */
function random({ cores }: CoreNetwork): boolean {
  return cores.some(({ neurons }) =>
    neurons.some(
      ({ stochasticWeights, stochasticLeak, thresholdMask = 0 }) =>
        stochasticLeak === true || thresholdMask > 0 || stochasticWeights?.includes(true) === true,
    ),
  )
}
