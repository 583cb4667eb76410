import { waveSimulator } from '../../../../sim/index.ts'
import { waveTwin } from '../../../../sim/twins/wave-field.ts'
import { attach } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { irisWave } from '../../tasks/iris-wave.ts'
import { waveScore } from '../../train/score.ts'
import { compare } from './compare.ts'
import type { LoopMachine } from './settings.ts'
import { waveCosines } from './wave-cosines.ts'

const { cost, answer } = irisWave.settings

/** Part of the range of a parameter that probes of a calibration go: 1 to either side, as far as training does. */
const REACH = 0.25

/** A lattice of waves that names irises: frequencies scattered by `mismatch`, energy lost at the rate `loss`, readings off by `noise`. */
export const waveLoop: LoopMachine = {
  usual: {
    task: 'iris',
    mismatch: 0.1,
    noise: 1e-3,
    epochs: 150,
    batch: 15,
    rate: 0.05,
    twin: 'calibrated',
    probes: 4,
  },
  async run(settings, { seed }) {
    const { mismatch, loss, noise, epochs, batch, rate } = settings
    const rows = irisWave.load(seed)
    const options = { ...irisWave.machine, seed }
    const imperfections = { disorder: mismatch, loss, readNoise: noise, localNoise: noise }
    await using perfect = attach(waveSimulator(options))
    await using real = attach(waveSimulator({ ...options, imperfections }))
    const twin = waveTwin({ ...irisWave.machine, scatter: mismatch })
    const steps = epochs * Math.ceil(rows.train.rows / batch)
    const start = irisWave.start(seed)
    const plan = { settings: settings.probes, rows: settings.probeRows, seed, reach: REACH, drive: rows.train.drive }
    const run = await compare({
      ...{ perfect, real, twin, rows, start, cost, epochs, batch, seed },
      optimizer: () => adam(cosine(rate, steps, rate / 10)),
      accuracy: (readings, shown) => waveScore(cost, answer)(readings, shown, rows.classes.length).accuracy,
      ...(settings.twin === 'calibrated' && { calibrate: plan }),
      ...(settings.check === 'off' && { check: false as const }),
    })
    const cosines = await waveCosines({
      ...{ options, imperfections, twin, plan, cost },
      rows: rows.train,
      theta: start,
    })
    return { ...run, more: { ...run.more, ...cosines } }
  },
}
