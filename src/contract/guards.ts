import { InsituError } from '../errors.ts'
import type { Backend, CallOptions, Receipt } from './backend.ts'
import type { Code, Track } from './block.ts'
import { checkCode, checkCount, checkFinite, checkLength, limitRows, noLoad } from './check.ts'
import type {
  AdjointPort,
  CodePort,
  Facet,
  Facets,
  LearnJob,
  LearnPort,
  LocalPort,
  StatePort,
  TapPort,
} from './facets.ts'
import { guardEcho } from './guard-echo.ts'
import { guardPatterns } from './guard-patterns.ts'
import type { Guarded } from './guarded.ts'
import type { Exchange } from './measurer.ts'
import type { DataSheet } from './sheet.ts'
import { checkPort, checkReadings, nameOf, paramCount } from './sheet.ts'

/** One guard per facet: the compiler asks for it when a facet is added. */
const guards: { readonly [F in Facet]: (port: Facets[F], device: Guarded) => Facets[F] } = {
  adjoint: guardAdjoint,
  codes: guardCodes,
  echo: guardEcho,
  learn: guardLearn,
  local: guardLocal,
  state: guardState,
  taps: guardTaps,
}

/** The facets a backend has, each behind the same checks and the same queue as `measure`. */
export function guardFacets(backend: Backend & Partial<Facets>, device: Guarded): Partial<Facets> {
  const ports: Partial<Facets> = backend
  const wrap = <F extends Facet>(facet: F): Partial<Facets> => {
    const port = ports[facet]
    return port === undefined ? {} : { [facet]: Object.freeze(guards[facet](port as Facets[F], device)) }
  }
  return Object.assign({}, ...(Object.keys(guards) as Facet[]).map(wrap))
}

/**
 * Runs a call that moves the parameters, then takes over what the machine says it holds. If it fails, perturbations
 * are refused until parameters are stored.
 */
function moving<T>(device: Guarded, theta: Float64Array, opts: CallOptions, check: () => void, call: () => Promise<T>) {
  try {
    checkLength(device.sheet, 'theta', theta.length, paramCount(device.sheet), 'all banks')
    check()
  } catch (error) {
    return Promise.reject(error)
  }
  return device.gate.run(async () => {
    try {
      const result = await call()
      checkFinite(device.sheet, 'theta read back', theta)
      device.mirror.set(theta)
      return result
    } catch (error) {
      device.mirror.lose('a call that moves them failed')
      throw error
    }
  }, opts.signal)
}

function checkFamily(sheet: DataSheet, port: CodePort | undefined, code: Code): void {
  if (port === undefined || port.families.includes(code.family)) return
  throw new InsituError(
    'CAPABILITY',
    `${nameOf(sheet)} generates ${port.families.join(', ')} codes, asked for ${code.family}`,
    { device: sheet.machine, hint: 'choose one of its families' },
  )
}

function guardCodes(port: CodePort, device: Guarded): CodePort {
  return {
    families: Object.freeze([...port.families]),
    apply: (code, coefficients, theta, opts = {}): Promise<Receipt> =>
      moving(
        device,
        theta,
        opts,
        () => {
          checkFamily(device.sheet, port, code)
          checkCode(device.sheet, code, coefficients.length)
          checkFinite(device.sheet, 'coefficients', coefficients)
        },
        () => port.apply(code, coefficients, theta, opts),
      ),
    ...(port.patterns && { patterns: Object.freeze(guardPatterns(port.patterns, device)) }),
  }
}

function guardLearn(port: LearnPort, device: Guarded): LearnPort {
  return {
    run: (job, costs, theta, opts = {}): Promise<Receipt> =>
      moving(
        device,
        theta,
        opts,
        () => checkJob(device.sheet, job, costs),
        () => port.run(job, costs, theta, opts),
      ),
  }
}

function checkJob(sheet: DataSheet, job: LearnJob, costs: Float64Array): void {
  checkCount(sheet, 'rows', job.rows)
  checkCount(sheet, 'hold', job.hold)
  checkCount(sheet, 'updateEvery', job.updateEvery)
  checkLength(sheet, 'drive', job.drive.length, job.rows * sheet.drive.width, 'rows x drive width')
  checkLength(sheet, 'target', job.target.length, job.rows * sheet.sense.width, 'rows x sense width')
  checkLength(sheet, 'costs', costs.length, job.rows, 'one per row')
  checkFinite(sheet, 'drive', job.drive)
  checkFinite(sheet, 'target', job.target)
  checkFinite(sheet, 'rate', [job.rate])
  const rows = (data: Float64Array): Track => ({ kind: 'track', data, hold: 1 })
  limitRows(sheet, 'drive', sheet.drive, rows(job.drive), 'refuse')
  limitRows(sheet, 'target', sheet.sense, rows(job.target), 'refuse')
  const steps = job.rows * job.hold
  checkCode(sheet, job.code, steps)
  if (steps % job.updateEvery !== 0) {
    throw new InsituError(
      'SHAPE',
      `${nameOf(sheet)}: updateEvery ${job.updateEvery} does not divide the job's ${steps} steps`,
      {
        device: sheet.machine,
      },
    )
  }
  if (job.code.pairing !== 'single' || job.code.hold !== 1) {
    throw new InsituError('SHAPE', `${nameOf(sheet)}: learning on board takes one single code per step`, {
      device: sheet.machine,
    })
  }
}

function guardLocal(port: LocalPort, { sheet, measurer }: Guarded): LocalPort {
  if (port.reads !== 'root' && port.reads !== 'action') {
    const given = String(port.reads satisfies never)
    throw new InsituError('CONFIG', `data sheet of ${sheet.machine}: local.reads must be root or action, got ${given}`)
  }
  checkReadings(sheet.machine, 'local', port.sense)
  checkLength(sheet, 'local', port.sense.width, paramCount(sheet), 'one per parameter')
  const call: Exchange = (block, into, local, opts) => port.read(block, into, local as Float64Array, opts)
  return {
    reads: port.reads,
    sense: Object.freeze({ ...port.sense }),
    read: (block, into, local, opts = {}) =>
      measurer.run(block, into, { data: local, width: paramCount(sheet), name: 'local', of: 'parameters' }, call, opts),
  }
}

function guardTaps(port: TapPort, { sheet, measurer }: Guarded): TapPort {
  if (port.layers.length === 0)
    throw new InsituError(
      'CONFIG',
      `data sheet of ${sheet.machine}: taps.layers must have at least one layer, got none`,
    )
  for (const [n, layer] of port.layers.entries()) checkReadings(sheet.machine, `taps.layers[${n}]`, layer)
  const width = port.layers.reduce((sum, layer) => sum + layer.width, 0)
  const call: Exchange = (block, into, taps, opts) => port.read(block, into, taps as Float64Array, opts)
  return {
    layers: Object.freeze(port.layers.map((layer) => Object.freeze({ ...layer }))),
    read: (block, into, taps, opts = {}) =>
      'load' in block && block.load !== undefined
        ? Promise.reject(noLoad(sheet, 'taps.read'))
        : measurer.run(block, into, { data: taps, width, name: 'taps', of: 'inner readings' }, call, opts),
  }
}

function guardAdjoint(port: AdjointPort, { sheet, measurer }: Guarded): AdjointPort {
  checkPort(sheet.machine, 'load', port.load)
  checkLength(sheet, 'load', port.load.width, sheet.sense.width, 'one per output')
  const call: Exchange = (block, into, _local, opts) => port.hold(block, into, opts)
  return {
    load: Object.freeze({ ...port.load }),
    hold: (block, into, opts = {}) => measurer.run(block, into, undefined, call, opts),
  }
}

function guardState(port: StatePort, device: Guarded): StatePort {
  return {
    snapshot: (opts = {}) => device.gate.run(() => port.snapshot(opts), opts.signal),
    restore: (snapshot, theta, opts = {}) =>
      moving(
        device,
        theta,
        opts,
        () => {},
        () => port.restore(snapshot, theta, opts),
      ),
  }
}
