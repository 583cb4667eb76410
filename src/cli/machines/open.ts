import { realpathSync } from 'node:fs'
import type { SpikeCounters, WireBackend } from '../../../drivers/index.ts'
import type { BoardOptions } from '../../../sim/bench/index.ts'
import type { Backend } from '../../contract/backend.ts'
import { attach } from '../../contract/device.ts'
import type { Facets } from '../../contract/facets.ts'
import type { Kind } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import type { Channel } from '../../wire/channel.ts'
import { endBoard } from './end-board.ts'
import { inProcess, type Machine, type Setup } from './machine.ts'
import type { MachineSpec } from './spec.ts'

/** Opens a machine and sets it up; what it takes is imported only now. */
export async function openMachine(spec: MachineSpec, setup: Setup): Promise<Machine> {
  const { settings = {} } = setup
  const simulated = spec.kind === 'simulator' || spec.kind === 'simulator-board'
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
      const { openSimulator } = await import('./simulated.ts')
      return openSimulator(spec, setup)
    }
    case 'simulator-board': {
      const { boardOf } = await import('./simulated.ts')
      return openBoard(await boardOf(spec, setup), setup)
    }
    case 'twin': {
      const { firmwareTwin } = await import('../../../sim/firmware/index.ts')
      return inProcess(attach(firmwareTwin(setup)))
    }
    case 'board':
      return openBoard({ target: spec.target }, setup)
    case 'plugin': {
      const { imagerPlugin, lockInPlugin, openDevice } = await import('../../../drivers/index.ts')
      const device = attach(await openDevice(spec.uri, { plugins: [lockInPlugin, imagerPlugin] }))
      return { ...inProcess(device), port: spec.uri }
    }
    case 'wire': {
      const { openChannel, parseUri } = await import('../../../drivers/index.ts')
      const target = parseUri(spec.uri)
      return overWire(await openChannel(target), kindOf(target.path), setup)
    }
  }
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
      kill: () => endBoard(board.pid),
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
  const { link, spikes } = backend
  const device = attach(spikes === undefined ? backend : await drivenByRates(backend))
  return {
    device,
    port: channel.name,
    counters: () => ({ ...link.counters, ...(spikes && spikeCounters(spikes)) }),
    kill() {},
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

/** Tasks have probabilities of spikes, as a simulated core in this process takes them. */
async function drivenByRates(backend: WireBackend): Promise<Backend & Partial<Facets>> {
  const { encoded } = await import('../../../devices/index.ts')
  return encoded(backend)
}

function spikeCounters({ sent, lost, late, repeated }: SpikeCounters): Readonly<Record<string, number>> {
  return { spikesSent: sent, spikesLost: lost, spikesLate: late, spikesRepeated: repeated }
}

/** A pseudo-terminal has an emulator behind it; a board cannot tell by itself. */
function kindOf(path: string): Kind {
  try {
    return realpathSync(path).startsWith('/dev/pts/') ? 'emulated firmware' : 'hardware'
  } catch {
    return 'hardware'
  }
}
