import { afterAll, describe, expect, it } from 'vitest'
import { attach } from '../../src/contract/device.ts'
import { type Bank, paramCount } from '../../src/contract/sheet.ts'
import { contract } from '../../src/testing/index.ts'
import {
  fitTwin,
  polynomial,
  type RecordedTable,
  readTable,
  recordedMachine,
  recorder,
  writeTable,
} from '../../src/twins/index.ts'
import { Toy } from '../contract/toy.ts'

const bank: Bank = { name: 'gain', width: 1, unit: 'V', min: -4, max: 4, step: 0.25, safe: 0, slew: Infinity }
const port = { width: 1, unit: 'V', min: -1, max: 1, step: 1 / 16 }
const grid = (from: number, to: number, step: number) =>
  Float64Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step)

/** Everything a machine of few steps can be asked, measured once. */
function everything(banks: readonly Bank[]): RecordedTable {
  const drive = grid(port.min, port.max, port.step)
  const at = (gain: number, theta: Float64Array) => ({
    theta,
    drive,
    sense: drive.map((x) => Math.round(64 * gain * Math.sin(x)) / 64),
    rows: drive.length,
  })
  return {
    machine: 'amplifier',
    identity: 'of the tests',
    kind: 'hardware',
    banks,
    drive: port,
    sense: { width: 1, unit: 'V', min: -8, max: 8, step: 1 / 64, noise: 0 },
    records:
      banks.length === 0 ? [at(1, new Float64Array(0))] : [...grid(-4, 4, 0.25)].map((g) => at(g, Float64Array.of(g))),
  }
}

/** These speak of parameters; the machine with them keeps them. */
const WITHOUT = Object.fromEntries(
  [
    'readings answer to the parameters, the drive and the perturbation',
    'wrong lengths are refused, naming the length given and the length wanted',
    'a NaN or an infinity is refused and nothing moves',
    'values outside the limits are refused and nothing moves',
    'attached with clipping, values outside the limits are clipped and counted',
  ].map((law) => [law, 'the machine has no parameters']),
)

const runner = { describe, it, afterAll }
contract('a table of all that can be asked', () => recordedMachine(everything([bank])), runner, {
  centre: [2],
  spread: 0.25,
})
contract('a table of a machine without parameters', () => recordedMachine(everything([])), runner, { skip: WITHOUT })

const block = (...drive: readonly number[]) => ({
  slots: drive.length,
  drive: { kind: 'track', data: Float64Array.from(drive), hold: 1 } as const,
})

describe('a recorded machine', () => {
  it('gives again what was read, within half a step, and the mean of several takes', async () => {
    const { records, ...rest } = everything([])
    const twice = {
      ...records[0],
      drive: Float64Array.of(0.5, 0.25, 0.5),
      sense: Float64Array.of(0.5, 0.125, 0.25),
      rows: 3,
    }
    await using device = attach(recordedMachine({ ...rest, records: [twice] }))
    const into = new Float64Array(3)
    await device.measure(block(0.25, 0.52, 0.22), into)
    expect([...into]).toEqual([0.125, 0.375, 0.125])
  })

  it('refuses what was not recorded and names what comes nearest', async () => {
    const table = everything([bank])
    await using device = attach(recordedMachine({ ...table, records: table.records.slice(12, 17) }))
    await device.store(Float64Array.of(-1))
    await device.measure(block(0.25), new Float64Array(1))
    await device.store(Float64Array.of(3))
    await expect(device.measure(block(0.25), new Float64Array(1))).rejects.toMatchObject({
      code: 'DEVICE_REFUSED',
      message:
        'recorded-amplifier (of the tests): the setting of slot 0 was not recorded; the nearest of 5 recorded is setting 4, whose number 0 is 0 V instead of 3 V',
    })
    const few = {
      ...table,
      records: [{ ...table.records[16], drive: Float64Array.of(0, 0.5), sense: Float64Array.of(0, 0), rows: 2 }],
    }
    await using other = attach(recordedMachine(few))
    await expect(other.measure(block(0.5, 0.75), new Float64Array(2))).rejects.toMatchObject({
      code: 'DEVICE_REFUSED',
      message: expect.stringContaining(
        'the drive of slot 1 was not recorded; the nearest of 2 recorded is row 1, whose number 0 is 0.5 V instead of 0.75 V',
      ),
    })
  })

  it('is refused where the table makes no sense', () => {
    const table = everything([bank])
    const [record] = table.records
    const broken = (change: object) => () => recordedMachine({ ...table, records: [{ ...record, ...change }] })
    expect(broken({ rows: 2 })).toThrow(/drive has 33 numbers, wanted 2 \(2 rows\)/)
    expect(broken({ sense: record.sense.map((x, i) => (i === 2 ? Number.NaN : x)) })).toThrow(
      /number 0 of row 2, is NaN/,
    )
    expect(broken({ theta: Float64Array.of(5) })).toThrow(/is 5 V, outside \[-4, 4\] V/)
    expect(() => recordedMachine({ ...table, records: [] })).toThrow(/nothing is recorded/)
  })
})

describe('a recorder', () => {
  it('keeps what was measured, by settings, with perturbations; replay gives it again and a fit takes it', async () => {
    const recording = recorder(new Toy({ inputs: 2, outputs: 1 }))
    const params = paramCount(recording.sheet)
    const drive = Float64Array.of(0.1, 0.2, -0.3, 0.4, 0.5, 0.6)
    const delta = { kind: 'track', data: Float64Array.from({ length: 2 * params }, (_, i) => i / 64), hold: 2 } as const
    const asked = { slots: 3, drive: { kind: 'track', data: drive, hold: 1 }, delta } as const
    const first = new Float64Array(3)
    {
      await using device = attach(recording)
      expect(() => recording.table()).toThrow(/nothing was measured yet/)
      await device.store(Float64Array.of(1, 2, 0.5))
      await device.measure(asked, first)
    }
    const table = recording.table()
    expect(table.records.map(({ rows }) => rows)).toEqual([2, 1])
    const again = readTable(writeTable(table), 'toy.csv')
    expect(again).toEqual(table)
    await using replay = attach(recordedMachine(again))
    await replay.store(Float64Array.of(1, 2, 0.5))
    const second = new Float64Array(3)
    await replay.measure(asked, second)
    expect([...second]).toEqual([...first])
    const twin = polynomial({ inputs: 2, degree: 1, spread: 10 })
    const records = table.records.map((record) => ({ ...record, theta: new Float64Array(0) }))
    expect((await fitTwin(twin, records, { sigma: 1e-3 })).residual).toBeLessThan(0.1)
  })

  it.each([
    [/^# insitu/, 'insitu', /toy.csv, line 1: wanted "# insitu recorded table 1"/],
    [/"kind":"[^"]*"/, '"kind":"rumour"', /line 1: it does not say what was measured/],
    [/gain\[0\] \(V\)/, 'gain[0] (A)', /line 2: wanted the columns gain\[0\] \(V\),drive\[0\] \(V\),sense\[0\] \(V\)/],
    [/-4,-1,/, '-4,', /line 3: 2 columns, wanted 3/],
    [/-4,-1,/, '-4,x,', /line 3: "x" in column drive\[0\] \(V\) is not a number/],
    [/-4,-1,/, '-4,-7,', /record 0: drive, number 0 of row 0, is -7 V, outside \[-1, 1\] V/],
  ])('reads files with care: %s', (what, instead, message) => {
    const text = writeTable(everything([bank]))
    expect(text).toMatch(what)
    expect(() => readTable(text.replace(what, instead), 'toy.csv')).toThrow(message)
  })
})
