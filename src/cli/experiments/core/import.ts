import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileNetwork,
  deviation,
  type SpikeTrace,
  type SpikingNetwork,
  spikingModel,
  traceSpikes,
} from '../../../../sim/index.ts'
import { InsituError } from '../../../errors.ts'
import { readNir } from '../../../exchange/nir/index.ts'
import { checkPlace, writeText } from '../../files.ts'
import { packageRoot } from '../../package.ts'
import { experiment } from '../experiment.ts'
import { choice, text, whole } from '../settings.ts'
import { traceCsv } from './import-csv.ts'
import { ALL_COLUMNS, driveOf } from './import-drive.ts'
import { importRaster, membraneChart } from './import-figures.ts'
import { readNumberTable } from './import-table.ts'

/** What the settings call the network and the drive in `fixtures/nir`. */
const EXAMPLE = 'example'
/** Spikes listed in the metrics; the trace has all of them. */
const LISTED = 1000
const AUTO = 'auto'
const OUTPUT = 'output'

export const coreImport = experiment({
  name: 'core-import',
  summary:
    'a network from a NIR file on the integers of a Loihi 2 core, by forward Euler or exactly, under a drive from a file',
  source:
    'Pedersen et al., Nature Communications 15, 8122 (2024); the recorded traces of its single neuron are public with it (neuromorphs/NIR, paper/01_lif)',
  settings: {
    network: text(EXAMPLE, `a .nir file, or ${EXAMPLE}`, 'network to import'),
    drive: text(
      EXAMPLE,
      `a text or JSON file, or ${EXAMPLE}`,
      'one row per tick, one column per input; separators, a line of names and # comments as you like',
    ),
    driveColumn: text(
      ALL_COLUMNS,
      `${ALL_COLUMNS}, a name, or a number from 1`,
      'the one column that drives a network of one input',
    ),
    model: choice(['loihi2', 'euler', 'exact'], 'loihi2', 'fixed-point core, forward Euler, or closed forms'),
    dt: text(
      AUTO,
      `seconds above 0, or ${AUTO}`,
      'length of a tick; by itself 1e-4, or 1 where no neuron has a time constant and the network counts ticks',
      readDt,
    ),
    reset: choice(
      ['zero', 'subtract'],
      'zero',
      'after a spike: to v_reset (0 where the file has none), or down by the threshold',
    ),
    scale: whole(256, 'loihi2: steps of a weight or threshold per unit of the membrane, a power of two'),
    node: text(OUTPUT, `a node, or ${OUTPUT}`, 'whose neurons are recorded and counted'),
    csv: text(
      'core-import.csv',
      'a file',
      'trace: columns tick, drive, membrane, spike, with numbers from 0 where there are several; integers for loihi2',
    ),
  },
  short: {},
  async run({ network: file, drive: driveFile, driveColumn, model: name, dt, reset, scale, node, csv }, context) {
    checkPlace(csv, '--set csv=<file>')
    const graph = await readNir(bytesOf(file, 'network', 'two-layers.nir'), file)
    const network = compileNetwork(graph)
    if (file !== EXAMPLE && driveFile === EXAMPLE)
      throw new InsituError('CONFIG', `core-import: ${file} needs a drive of its own, got that of the example`, {
        hint: 'add --set drive=<file>: one row per tick, one number per input',
      })
    const table = readNumberTable(
      new TextDecoder().decode(bytesOf(driveFile, 'drive', 'two-layers-drive.csv')),
      driveFile,
    )
    const drive = driveOf(table, network.inputs, driveColumn)
    const population = populationOf(network, node)
    const options = { reset, scale, ...(dt !== AUTO && { dt: Number(dt) }) }
    const model = spikingModel(name, network, options)
    for (const warning of model.warnings) context.progress(`warning: ${warning}`)
    const trace = traceSpikes(model, drive, population)
    const exact = traceSpikes(spikingModel('exact', network, options), drive, population)
    writeText(csv, traceCsv(trace, drive, network.inputs), '--set csv=<file>')
    context.figure(membraneChart(model, trace, exact))
    context.figure(importRaster(model, drive, trace, exact))
    const spikes = spikeList(trace)
    return {
      model: name,
      dt: model.dt,
      ticks: trace.ticks,
      inputs: network.inputs,
      neurons: network.populations.reduce((sum, { size }) => sum + size, 0),
      synapses: network.projections.reduce((sum, { synapses }) => sum + synapses.weights.length, 0),
      node: network.populations[population].name,
      spikes: spikes.reduce((sum, { count }) => sum + count, 0),
      spikeTicks: spikes.slice(0, LISTED).map(({ tick }) => tick),
      ...(trace.size > 1 && { spikeNeurons: spikes.slice(0, LISTED).map(({ neuron }) => neuron) }),
      deviation: { ...deviation(model, trace, exact), lagTicks: model.lag },
      ...(model.overflow !== undefined && { overflow: { ...model.overflow } }),
      ...(model.warnings.length > 0 && { warnings: model.warnings }),
      csv,
    }
  },
})

function readDt(word: string): string | undefined {
  const seconds = word.trim() === '' ? Number.NaN : Number(word)
  return word === AUTO || (Number.isFinite(seconds) && seconds > 0) ? word : undefined
}

function bytesOf(file: string, setting: string, example: string): Uint8Array {
  const path = file === EXAMPLE ? join(packageRoot(), 'fixtures', 'nir', example) : file
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new InsituError('CONFIG', `core-import: ${setting} "${file}" cannot be read: ${(cause as Error).message}`, {
      cause,
      hint: `give a file with --set ${setting}=<path>`,
    })
  }
}

function populationOf({ name, populations, output }: SpikingNetwork, node: string): number {
  const found = populations.findIndex((one) => one.name === node)
  if (found >= 0) return found
  if (node === OUTPUT) return output
  throw new InsituError('CONFIG', `${name}: no neurons at a node "${node}"`, {
    hint: `nodes with neurons are ${populations.map((one) => one.name).join(', ')}`,
  })
}

/** Every tick and neuron with spikes, in order. */
function spikeList({ spikes, size }: SpikeTrace) {
  return [...spikes].flatMap((count, k) =>
    count === 0 ? [] : [{ tick: Math.floor(k / size), neuron: k % size, count }],
  )
}
