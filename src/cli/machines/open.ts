import { realpathSync } from 'node:fs'
import type { BoardOptions } from '../../../sim/bench/index.ts'
import type { LatticeBoardOptions } from '../../../sim/index.ts'
import { attach } from '../../contract/device.ts'
import type { Kind } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { Channel } from '../../wire/channel.ts'
import type { Machine, Setup } from './machine.ts'
import type { MachineSpec } from './spec.ts'

/** Opens a machine and sets it up; what it takes is imported only now. */
export async function openMachine(spec: MachineSpec, setup: Setup): Promise<Machine> {
  const { settings = {} } = setup
  const simulated = spec.kind === 'simulator' || spec.kind === 'lattice-board'
  if (!simulated && Object.keys(settings).length > 0) {
    throw new InsituError(
      'CONFIG',
      '--set changes a simulated machine; this device is what it is; nothing was opened',
      {
        hint: 'for example: insitu train --device sim:mgd-chip --set "readNoise=0.5 mV"',
      },
    )
  }
  switch (spec.kind) {
    case 'simulator': {
      if (spec.machine === 'lattice') return inProcess(attach(await openLattice(spec.preset, setup)))
      const { chipSettings, mgdChip } = await import('../../../sim/index.ts')
      const { layers, activation, seed } = setup
      const options = { layers, activation, seed, preset: spec.preset, ...(await chipSettings(settings)) }
      return inProcess(attach(mgdChip(options)))
    }
    case 'twin': {
      const { firmwareTwin } = await import('../../../sim/firmware/index.ts')
      return inProcess(attach(firmwareTwin(setup)))
    }
    case 'board':
      return openBoard({ target: spec.target }, setup)
    case 'lattice-board': {
      const { latticeBoard } = await import('../../../sim/index.ts')
      return openBoard(latticeBoard(await latticeOptions(spec.preset, setup)), setup)
    }
    case 'wire': {
      const { openChannel, parseUri } = await import('../../../drivers/index.ts')
      const target = parseUri(spec.uri)
      return overWire(await openChannel(target), kindOf(target.path), setup)
    }
  }
}

/** The paper's lattice with the ports of the task; `CONFIG` if the task has none. */
async function latticeOptions(preset: string, { lattice, seed, settings = {} }: Setup): Promise<LatticeBoardOptions> {
  const { latticeSettings } = await import('../../../sim/index.ts')
  if (lattice === undefined)
    throw new InsituError('CONFIG', 'this task has no form for a lattice; nothing was opened', {
      hint: 'for example: insitu train --task iris --device sim:lattice',
    })
  const { inputs, outputs } = lattice
  return { ...(await latticeSettings(preset, settings)), inputs, outputs, seed }
}

async function openLattice(preset: string, setup: Setup) {
  const { paperSpec } = await import('../../../devices/index.ts')
  const { latticeSimulator } = await import('../../../sim/index.ts')
  const { inputs, outputs, ...options } = await latticeOptions(preset, setup)
  return latticeSimulator({ ...paperSpec({ inputs, outputs }), ...options })
}

function inProcess(device: Machine['device']): Machine {
  return { device, kill() {}, [Symbol.asyncDispose]: () => device[Symbol.asyncDispose]() }
}

/** A board of our own: started, opened like any other by its path, and ended after the link is closed. */
async function openBoard(options: BoardOptions, setup: Setup): Promise<Machine> {
  const { startBoard } = await import('../../../sim/bench/index.ts')
  const board = await startBoard(options)
  try {
    const { settings: _, ...wired } = setup
    const machine = await openMachine({ kind: 'wire', uri: `serial:${board.path}` }, wired)
    return {
      ...machine,
      kill: () => process.kill(board.pid, 'SIGKILL'),
      async [Symbol.asyncDispose]() {
        try {
          await machine[Symbol.asyncDispose]()
        } finally {
          await board.stop()
        }
      },
    }
  } catch (error) {
    await board.stop()
    throw error
  }
}

async function overWire(channel: Channel, kind: Kind, setup: Setup): Promise<Machine> {
  const { chipSetup, openWire } = await import('../../../drivers/index.ts')
  const configure = (machine: string) => (machine === 'mgd-chip' ? chipSetup(setup) : undefined)
  const backend = await openWire(channel, { kind, configure })
  const device = attach(backend)
  return {
    device,
    port: channel.name,
    counters: () => ({ ...backend.link.counters }),
    kill() {},
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

/** A pseudo-terminal has an emulator behind it; a board cannot tell by itself. */
function kindOf(path: string): Kind {
  try {
    return realpathSync(path).startsWith('/dev/pts/') ? 'emulated firmware' : 'hardware'
  } catch {
    return 'hardware'
  }
}
