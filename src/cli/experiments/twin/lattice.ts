import { paperSpec } from '../../../../devices/index.ts'
import { type LatticeImperfections, latticeSimulator } from '../../../../sim/index.ts'
import { latticeTwin } from '../../../../sim/twins/lattice.ts'
import { attach } from '../../../contract/device.ts'
import { safeTheta } from '../../../contract/sheet.ts'
import { shareCrossEntropy } from '../../../cost/share-cross-entropy.ts'
import { squaredError } from '../../../cost/squared-error.ts'
import { InsituError } from '../../../errors.ts'
import { relativeDistance } from '../../../reference/norm.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import { irisLattice } from '../../tasks/iris-lattice.ts'
import type { Rows } from '../../tasks/task.ts'
import { publishedOptimizer } from '../../train/published-optimizer.ts'
import { sizeAccuracy } from '../../train/score.ts'
import { REACHABLE_SLOPES, REGRESSION_PORTS, regressionTables } from '../lattice/regression.ts'
import { type Comparison, compare, endToEnd } from './compare.ts'
import type { LoopMachine, LoopSettings } from './settings.ts'

const { beta, epsilon, batch, floor } = irisLattice.settings

/** A task on the paper's lattice: where it is loaded and read, and how it is trained and judged. */
interface LatticeTask extends Pick<Comparison, 'rows' | 'cost' | 'accuracy'> {
  readonly ports: Parameters<typeof paperSpec>[0]
  readonly beta: number
}

const TASKS: { readonly [T in LoopSettings['task']]?: (seed: number) => LatticeTask } = {
  iris: (seed) => ({
    ports: irisLattice,
    beta,
    rows: irisLattice.load(seed),
    cost: shareCrossEntropy({ floor }),
    accuracy: sizeAccuracy,
  }),
  regression(seed) {
    const tables = regressionTables({ slopes: REACHABLE_SLOPES, samples: 100, targetNoiseMM: 0 }, seed)
    return {
      ports: REGRESSION_PORTS,
      beta: 10,
      rows: { train: unlabelled(tables.train), test: unlabelled(tables.test) },
      cost: squaredError,
      // As published: one minus the relative error.
      accuracy: (readings, { target }) => 1 - relativeDistance(readings, target),
    }
  },
}

/** The paper's lattice; stiffness of every bond off by `mismatch`, readings by `noise`. */
export const latticeLoop: LoopMachine = {
  usual: { task: 'regression', mismatch: 0.1, noise: 10, epochs: 200, batch, rate: 0.1 },
  async run(settings, { seed }) {
    const { mismatch, noise } = settings
    const task = TASKS[settings.task]?.(seed)
    if (task === undefined)
      throw new InsituError(
        'CONFIG',
        `the lattice has no task ${settings.task}; it has ${Object.keys(TASKS).join(', ')}`,
      )
    const spec = paperSpec(task.ports)
    const made = (imperfections: Partial<LatticeImperfections>) =>
      attach(latticeSimulator({ ...spec, seed, imperfections }))
    await using perfect = made({})
    await using real = made({ scatter: mismatch, camera: { noise: noise * 1e-6, pixel: 0, dropout: 0 } })
    const twin = latticeTwin(spec, { scatter: mismatch })
    return await compare({
      ...task,
      ...{ perfect, real, seed, epochs: settings.epochs, batch: settings.batch },
      twin: settings.inner === 'measured' ? twin : endToEnd(twin),
      start: safeTheta(real.sheet),
      optimizer: ({ sheet }) => publishedOptimizer(sheet, { alpha: settings.rate, beta: task.beta, epsilon }),
      ...(settings.check === 'off' && { check: false as const }),
      ...(settings.twin === 'calibrated' && {
        calibrate: { settings: settings.probes, rows: settings.probeRows, seed, drive: task.rows.train.drive },
      }),
    })
  },
}

function unlabelled(table: LessonTable): Rows {
  return { ...table, labels: new Uint8Array(table.rows) }
}
