import * as v from 'valibot'
import { type DataSheet, nameOf } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { checksum } from '../run/line.ts'
import { pack, unpack } from '../run/pack.ts'
import type { Calibration } from './calibration.ts'
import { type Twin, twinParameterCount } from './twin.ts'

/** What a calibration holds for, and nothing else. */
export interface CalibrationKey {
  /** Machine and identity, as `nameOf` writes it. */
  readonly device: string
  /** What made the machine so, setting by setting, as JSON. */
  readonly settings: Readonly<Record<string, string>>
  readonly twin: string
  /** The twin's own parameters and what was believed of them: "gain 12 (1) 1 +- 0.2, offset 12 (V) 0 +- 0.02". */
  readonly banks: string
  /** Of the code of machine and twin: a release, a revision or a hash. */
  readonly version: string
}

/** The key of a twin's calibration on a machine; `version` names the code that measured it. */
export function calibrationKey(twin: Twin, sheet: DataSheet, version: string): CalibrationKey {
  const settings = Object.entries(sheet.settings).map(([name, value]) => [name, JSON.stringify(pack(value)) ?? 'none'])
  return {
    device: nameOf(sheet),
    settings: Object.fromEntries(settings),
    twin: twin.name,
    banks: twin.banks
      .map(({ name, width, unit, start, spread }) => `${name} ${width} (${unit}) ${startText(start)} +- ${spread}`)
      .join(', '),
    version,
  }
}

/** Starts one each are told apart by their checksum. */
function startText(start: number | readonly number[]): string {
  return typeof start === 'number' ? String(start) : checksum(JSON.stringify(start))
}

/** Where they differ, in words: "version is 0.1.0, wanted 0.2.0"; empty for equal keys. */
export function keyDifferences(stored: CalibrationKey, wanted: CalibrationKey): readonly string[] {
  const differences: string[] = []
  const compare = (what: string, a: string | undefined, b: string | undefined) => {
    if (a !== b) differences.push(`${what} is ${a ?? 'absent'}, wanted ${b ?? 'absent'}`)
  }
  for (const part of ['device', 'twin', 'banks', 'version'] as const) compare(part, stored[part], wanted[part])
  for (const name of new Set([...Object.keys(stored.settings), ...Object.keys(wanted.settings)]))
    compare(`setting ${name} of the machine`, stored.settings[name], wanted.settings[name])
  return differences
}

const array = v.instance(Float64Array)
const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.minValue(0))

const SCHEMA = v.object({
  calibration: v.literal(1),
  key: v.object({
    device: v.string(),
    settings: v.record(v.string(), v.string()),
    twin: v.string(),
    banks: v.string(),
    version: v.string(),
  }),
  parameters: array,
  deviations: array,
  covariance: array,
  sigma: array,
  spare: v.optional(positive),
  residual: positive,
  undetermined: v.array(v.string()),
})

/** A calibration as the text of a file, with its key and a checksum. */
export function writeCalibration(key: CalibrationKey, calibration: Calibration): string {
  const { parameters, deviations, covariance, sigma, spare, residual, undetermined } = calibration
  const numbers = { parameters, deviations, covariance, sigma, ...(spare !== undefined && { spare }), residual }
  const body = JSON.stringify(pack({ calibration: 1, key, ...numbers, undetermined }))
  return `{"crc":"${checksum(body)}","body":${body}}\n`
}

/**
 * Reads what `writeCalibration` wrote for this twin and key. Throws `RECORD` for a text that is damaged or no calibration, and for
 * one that holds for something else, saying what differs; `where` names it in messages.
 */
export function readCalibration(text: string, twin: Twin, key: CalibrationKey, where = 'calibration'): Calibration {
  const match = /^\{"crc":"([0-9a-f]{8})","body":(.*)\}\n$/s.exec(text)
  if (match === null || checksum(match[2]) !== match[1])
    throw new InsituError('RECORD', `${where}: it is not as it was written`, { hint: AGAIN })
  const parsed = v.safeParse(SCHEMA, unpack(JSON.parse(match[2])))
  if (!parsed.success) {
    const [{ message }] = parsed.issues
    throw new InsituError('RECORD', `${where}: ${v.getDotPath(parsed.issues[0]) ?? 'it'}: ${message}`, { hint: AGAIN })
  }
  const { calibration: _format, key: stored, spare, ...numbers } = parsed.output
  const differences = keyDifferences(stored, key)
  if (differences.length > 0)
    throw new InsituError('RECORD', `${where} holds for something else: ${differences.join('; ')}`, { hint: AGAIN })
  checkLengths(numbers, twin, where)
  return { twin: stored.twin, device: stored.device, ...numbers, ...(spare !== undefined && { spare }) }
}

const AGAIN = 'calibrate again'

type Numbers = Pick<Calibration, 'parameters' | 'deviations' | 'covariance' | 'sigma'>

function checkLengths(numbers: Numbers, twin: Twin, where: string): void {
  const size = twinParameterCount(twin)
  const lengths = { parameters: size, deviations: size, covariance: size * size, sigma: twin.width.sense }
  for (const [name, wanted] of Object.entries(lengths)) {
    const values = numbers[name as keyof Numbers]
    if (values.length !== wanted)
      throw new InsituError('RECORD', `${where}: ${values.length} ${name}, wanted ${wanted}`, { hint: AGAIN })
    if (!values.every(Number.isFinite))
      throw new InsituError('RECORD', `${where}: not all of its ${name} are numbers`, { hint: AGAIN })
  }
}
