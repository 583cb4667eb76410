import { type CoreNetwork, energyPerImage, readNetwork } from '../../../../devices/index.ts'
import { type LineSpike, TRACE_HEADING, traceCores, traceRows } from '../../../../sim/index.ts'
import { readText } from '../../files.ts'
import { fixture } from '../../package.ts'
import { type Context, experiment } from '../experiment.ts'
import { choice, text, whole } from '../settings.ts'
import { readDrive } from './drive.ts'
import { SeenSpikes } from './seen-spikes.ts'
import { TraceFile } from './trace-file.ts'

/** Networks in `fixtures/neuromorphic-core`, each with a drive. */
const EXAMPLES = ['every-mode', 'reset-table', 'saturation', 'ways']

/** A number for the generator of the cores, or nothing. */
const seedWord = (word: string) => (word === '' || (/^\d+$/.test(word) && Number(word) < 2 ** 32) ? word : undefined)

export const coreTrace = experiment({
  name: 'core-trace',
  summary: 'spikes and potentials of a network of integer cores, tick by tick',
  source:
    'docs/reference/integer-core.md; fixtures/neuromorphic-core has traces that a second program wrote from that page (every-mode for 100 ticks, reset-table 24, saturation 12, ways 20)',
  settings: {
    network: text('every-mode', `a JSON file, or ${EXAMPLES.join(', ')}`, 'network as it lies on the cores'),
    drive: text('', 'a file', 'which input lines spike in which tick; an example has its own, another network none'),
    ticks: whole(100, 'ticks, from rest'),
    path: choice(['auto', 'events', 'popcount', 'oracle'], 'auto', 'how a tick is computed; all give the same'),
    seed: text(
      '',
      'a whole number below 2^32, or nothing',
      'of the cores’ random numbers: otherwise that of the network, or of --seed where it has none',
      seedWord,
    ),
    csv: text('', 'a file', 'where the trace is written, one row per tick, core and neuron'),
  },
  short: { ticks: 20 },
  async run({ network: name, drive: driveName, ticks, path, seed, csv }, context) {
    const network = networkCalled(name)
    const drive = driveCalled(driveName, name, network, context)
    const options = { ticks, path, seed: seed === '' ? (network.seed ?? context.seed) : Number(seed) }
    using file = new TraceFile(csv, '--set csv=<file>')
    file.write(TRACE_HEADING)
    const outputs = new Array<number>(network.outputs).fill(0)
    const seen = new SeenSpikes(network)
    let operations = 0
    for (const tick of traceCores(network, drive, options)) {
      file.write(traceRows(network, tick))
      seen.add(tick)
      operations = tick.operations
      for (const [line, count] of tick.outputs.entries()) outputs[line] += count
    }
    context.figure(seen.picture(name, ticks))
    const late = drive.filter(({ tick }) => tick >= ticks).length
    if (late > 0) context.progress(`${late} spikes of the drive come after the last tick`)
    const cores = network.cores.length
    return {
      outputs,
      spikes: seen.spikes,
      inputSpikes: seen.inputSpikes,
      lateInputSpikes: late,
      operations,
      energyJ: energyPerImage({ cores, ticks, images: 1, operations }),
      sha256: file.sha256(),
      cores,
      neurons: network.cores.reduce((sum, { neurons }) => sum + neurons.length, 0),
    }
  },
})

function networkCalled(name: string): CoreNetwork {
  if (EXAMPLES.includes(name)) return readNetwork(fixture(`neuromorphic-core/${name}.json`), name)
  return readNetwork(readText(name, 'network'), name)
}

function driveCalled(drive: string, network: string, { inputs }: CoreNetwork, context: Context): readonly LineSpike[] {
  if (drive !== '') return readDrive(readText(drive, 'drive'), inputs.length, drive)
  if (EXAMPLES.includes(network))
    return readDrive(fixture(`neuromorphic-core/${network}.drive`), inputs.length, `drive of ${network}`)
  context.progress('no drive: no input line spikes')
  return []
}
