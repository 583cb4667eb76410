import type { BoardOptions } from '../../../sim/bench/index.ts'
import type {
  LatticeBoardOptions,
  NeuromorphicCoreOptions,
  ThzEncoderOptions,
  WaveBoardOptions,
} from '../../../sim/index.ts'
import { attach } from '../../contract/device.ts'
import { InsituError } from '../../errors.ts'
import { inProcess, type Machine, type Setup } from './machine.ts'
import type { MachineSpec } from './spec.ts'

type Simulated = Extract<MachineSpec, { readonly kind: 'simulator' }>
type SimulatedBoard = Extract<MachineSpec, { readonly kind: 'simulator-board' }>

/** A simulator in this process, set up for the task. */
export async function openSimulator({ machine, preset }: Simulated, setup: Setup): Promise<Machine> {
  const sim = await import('../../../sim/index.ts')
  switch (machine) {
    case 'mgd-chip': {
      const { layers, activation, seed, settings = {} } = setup
      return inProcess(attach(sim.mgdChip({ layers, activation, seed, preset, ...(await sim.chipSettings(settings)) })))
    }
    case 'lattice': {
      const { paperSpec } = await import('../../../devices/index.ts')
      const { inputs, outputs, ...options } = await latticeOptions(preset, setup)
      return inProcess(attach(sim.latticeSimulator({ ...paperSpec({ inputs, outputs }), ...options })))
    }
    case 'wave-field': {
      const options = await waveOptions(preset, setup)
      const { waveCheck } = await import('./wave-check.ts')
      return { ...inProcess(attach(sim.waveSimulator(options))), check: waveCheck(options) }
    }
    case 'neuromorphic-core': {
      const core = sim.neuromorphicCore(await coreOptions(preset, setup))
      return { ...inProcess(attach(core)), energy: core.energy }
    }
    case 'thz-encoder':
      return inProcess(attach(sim.thzEncoder(await encoderOptions(preset, setup))))
  }
}

/** The same machine as a board. */
export async function boardOf({ machine, preset }: SimulatedBoard, setup: Setup): Promise<BoardOptions> {
  const { latticeBoard, neuromorphicBoard, thzEncoderBoard, waveBoard } = await import('../../../sim/index.ts')
  switch (machine) {
    case 'lattice':
      return latticeBoard(await latticeOptions(preset, setup))
    case 'wave-field':
      return waveBoard(await waveOptions(preset, setup))
    case 'neuromorphic-core':
      return neuromorphicBoard(await coreOptions(preset, setup))
    case 'thz-encoder':
      return thzEncoderBoard(await encoderOptions(preset, setup))
  }
}

/** The paper's lattice with the ports of the task; `CONFIG` if the task has none. */
async function latticeOptions(preset: string, { lattice, seed, settings = {} }: Setup): Promise<LatticeBoardOptions> {
  if (lattice === undefined) throw noForm('a lattice', 'sim:lattice')
  const { latticeSettings } = await import('../../../sim/index.ts')
  const { inputs, outputs } = lattice
  return { ...(await latticeSettings(preset, settings)), inputs, outputs, seed }
}

/** The task's field of waves; `CONFIG` if the task has none. */
async function waveOptions(preset: string, { wave, seed, settings = {} }: Setup): Promise<WaveBoardOptions> {
  if (wave === undefined) throw noForm('a wave field', 'sim:wave-field')
  const { wavePreset, waveSettings } = await import('../../../sim/index.ts')
  wavePreset(preset)
  return waveSettings({ ...wave, preset, seed }, settings)
}

/** The task's network of cores, its bits drawn from probabilities once; `CONFIG` if the task has none. */
export async function coreOptions(
  preset: string,
  { core, seed, settings = {} }: Setup,
): Promise<NeuromorphicCoreOptions> {
  if (core === undefined) throw noForm('cores of spiking neurons', 'sim:neuromorphic-core', 'digits')
  const { corePreset, coreSettings } = await import('../../../sim/index.ts')
  corePreset(preset)
  return coreSettings({ ...core, synapses: 'held', preset, seed }, settings)
}

/** The task's THz encoder; `CONFIG` if the task has none. */
async function encoderOptions(preset: string, { encoder, seed, settings = {} }: Setup): Promise<ThzEncoderOptions> {
  if (encoder === undefined) throw noForm('a THz encoder', 'sim:thz-encoder', 'digits')
  const { thzPreset, thzSettings } = await import('../../../sim/index.ts')
  thzPreset(preset)
  return { ...encoder, preset, seed, ...(await thzSettings(settings, preset)) }
}

function noForm(what: string, device: string, task = 'iris'): InsituError {
  return new InsituError('CONFIG', `this task has no form for ${what}; nothing was opened`, {
    hint: `for example: insitu train --task ${task} --device ${device}`,
  })
}
