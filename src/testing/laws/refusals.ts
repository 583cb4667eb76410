import { type LoadedBlock, rowsFor, type Track } from '../../contract/block.ts'
import { type Bank, paramCount } from '../../contract/sheet.ts'
import { type ErrorCode, InsituError } from '../../errors.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { gridOf } from '../inputs.ts'
import { demand, type Law } from '../law.ts'
import { same, type Way } from '../same.ts'
import { way } from './delta.ts'

/** Demands that a call is refused with `code`, in a message that names all of `words`. */
export async function refused(
  what: string,
  code: ErrorCode,
  call: () => Promise<unknown>,
  words: readonly (string | number)[] = [],
): Promise<void> {
  const outcome = await call().then(
    () => 'it was accepted',
    (error: unknown) => error,
  )
  const expected = `${what} to be refused with ${code}`
  demand(outcome instanceof InsituError, expected, String(outcome))
  demand(outcome.code === code, expected, `${outcome.code}: ${outcome.message}`)
  for (const word of words) {
    const named = new RegExp(`(^|[^\\w.])${String(word).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[^\\w])`).test(
      outcome.message,
    )
    demand(named, `${expected}, naming ${word}`, outcome.message)
  }
}

/** Demands that nothing has moved: the same readings before and after `work`, as `compare` sees it. */
export async function untouched(
  bench: Bench,
  work: (device: AnyDevice) => Promise<void>,
  compare: (bench: Bench, a: Way, b: Way) => Promise<void> = same,
): Promise<void> {
  const inputs = bench.inputs()
  const theta = inputs.theta()
  const block = { slots: bench.slots, drive: inputs.drive(bench.slots) }
  await compare(bench, way('a machine that was asked for nothing else', theta, block), {
    label: 'the machine after it refused',
    run: async (device) => {
      await device.store(theta)
      await work(device)
      return readings(device, block)
    },
  })
}

export const lengths: Law = {
  name: 'wrong lengths are refused, naming the length given and the length wanted',
  check: (bench) =>
    untouched(bench, async (device) => {
      const { drive, sense } = bench.sheet
      const params = paramCount(bench.sheet)
      const slots = bench.slots
      const track = (count: number) => ({ kind: 'track', data: new Float64Array(count), hold: 1 }) as const
      const good = { slots, drive: bench.inputs().drive(slots) }
      const into = new Float64Array(slots * sense.width)
      await refused('a theta too long', 'SHAPE', () => device.store(new Float64Array(params + 1)), [params + 1, params])
      await refused('no theta', 'SHAPE', () => device.store(new Float64Array(0)), [0, params])
      const rows = slots * drive.width
      await refused('a drive too short', 'SHAPE', () => device.measure({ slots, drive: track(rows - 1) }, into), [
        rows - 1,
        rows,
      ])
      await refused('an array for readings too short', 'SHAPE', () => device.measure(good, into.subarray(1)), [
        into.length - 1,
        into.length,
      ])
      const cells = slots * params
      await refused('a delta too long', 'SHAPE', () => device.measure({ ...good, delta: track(cells + 1) }, into), [
        cells + 1,
        cells,
      ])
      const signs = bench.inputs().signs(rowsFor(slots, 2), 2)
      await refused(
        'signs too short',
        'SHAPE',
        () => device.measure({ ...good, delta: { ...signs, bits: signs.bits.subarray(1) } }, into),
        [signs.bits.length - 1, signs.bits.length],
      )
      await refused('no slots', 'SHAPE', () => device.measure({ ...good, slots: 0 }, into), [0])
    }),
}

export const finite: Law = {
  name: 'a NaN or an infinity is refused and nothing moves',
  check: (bench) =>
    untouched(bench, async (device) => {
      const inputs = bench.inputs()
      const theta = inputs.theta()
      theta[theta.length - 1] = Number.NaN
      await refused('a NaN in theta', 'NOT_FINITE', () => device.store(theta), [`theta[${theta.length - 1}]`])
      const slots = bench.slots
      const drive = inputs.drive(slots)
      drive.data[0] = Number.POSITIVE_INFINITY
      const into = new Float64Array(slots * bench.sheet.sense.width)
      await refused('an infinity in the drive', 'NOT_FINITE', () => device.measure({ slots, drive }, into), [
        'drive[0]',
      ])
      const delta = inputs.delta(slots)
      delta.data[1] = Number.NaN
      await refused(
        'a NaN in the delta',
        'NOT_FINITE',
        () => device.measure({ slots, drive: inputs.drive(slots), delta }, into),
        ['delta[1]'],
      )
    }),
}

export const noLoadMeasured: Law = {
  name: 'measure takes no load',
  check: (bench) =>
    untouched(bench, async (device) => {
      const { slots, sheet } = bench
      const zero: Track = { kind: 'track', data: new Float64Array(sheet.sense.width), hold: slots }
      const { adjoint } = device
      const loads = adjoint === undefined ? [zero] : [zero, bench.inputs().load(adjoint.load, slots, bench.loadPart)]
      for (const load of loads) {
        const block: LoadedBlock = { slots, drive: bench.inputs().drive(slots), load }
        await refused('a block with a load', 'CAPABILITY', () => readings(device, block))
      }
    }),
}

/** theta with the first parameter of every bank at its upper limit. */
function atLimits(bench: Bench): Float64Array {
  const theta = bench.inputs().theta()
  let offset = 0
  for (const bank of bench.sheet.banks) {
    theta[offset] = bank.max
    offset += bank.width
  }
  return theta
}

export const limitsRefused: Law = {
  name: 'values outside the limits are refused and nothing moves',
  check: (bench) =>
    untouched(bench, async (device) => {
      const { drive, banks } = bench.sheet
      const slots = bench.slots
      const inputs = bench.inputs()
      const into = new Float64Array(slots * bench.sheet.sense.width)
      let offset = 0
      for (const bank of banks) {
        for (const value of [beyond(bank, 1), beyond(bank, -1)]) {
          const theta = inputs.theta()
          theta[offset] = value
          await refused(`theta[${offset}] = ${value}`, 'LIMIT', () => device.store(theta), [value])
        }
        offset += bank.width
      }
      const driven = inputs.drive(slots)
      driven.data[0] = 2 * drive.max - drive.min
      await refused('a drive outside', 'LIMIT', () => device.measure({ slots, drive: driven }, into), [driven.data[0]])
      const bank = banks[0]
      const far = inputs.delta(slots)
      far.data[0] = 2 * (bank.max - bank.min)
      const measured = (delta: typeof far | ReturnType<typeof inputs.signs>) =>
        device.measure({ slots, drive: inputs.drive(slots), delta }, into)
      await refused('a delta beyond the limits', 'LIMIT', () => measured(far))
      const loud = { ...inputs.signs(slots), amplitudes: banks.map((b) => 2 * (b.max - b.min)) }
      await refused('signs beyond the limits', 'LIMIT', () => measured(loud))
    }),
}

function beyond(bank: Bank, side: number): number {
  const range = bank.max - bank.min
  return side > 0 ? bank.max + range / 8 : bank.min - range / 8
}

export const limitsClipped: Law = {
  name: 'attached with clipping, values outside the limits are clipped and counted',
  check: async (bench) => {
    const { banks, drive } = bench.sheet
    const slots = bench.slots
    const inputs = bench.inputs()
    const within = atLimits(bench)
    const outside = within.slice()
    let offset = 0
    for (const bank of banks) {
      outside[offset] = beyond(bank, 1)
      offset += bank.width
    }
    const driven = inputs.drive(slots)
    const wild = { ...driven, data: driven.data.slice() }
    driven.data[0] = drive.max
    wild.data[0] = 2 * drive.max - drive.min
    const block = { slots, drive: driven, delta: inputs.delta(slots) }
    for (let row = 0; row < slots; row++) {
      // Deltas that leave the parameters at the limits alone, so that both ways mean the same.
      for (let o = 0, b = 0; b < banks.length; o += banks[b++].width) block.delta.data[row * within.length + o] = 0
    }
    const pushed = { ...block, drive: wild, delta: { ...block.delta, data: block.delta.data.slice() } }
    pushed.delta.data[0] = gridOf(banks[0])
    const clipped = await bench.device(
      async (device) => {
        const { clipped } = await device.store(outside)
        demand(clipped === banks.length, `store to report ${banks.length} clipped parameters`, `${clipped}`)
        const into = new Float64Array(slots * bench.sheet.sense.width)
        const receipt = await device.measure(pushed, into)
        demand(
          receipt.clipped >= 2,
          'a receipt with the clipped drive and the clipped perturbation',
          `${receipt.clipped}`,
        )
        return into
      },
      { limits: 'clip' },
    )
    if (!bench.sheet.repeatable) return
    await same(bench, way('values at the limits', within, block), {
      label: 'values clipped to the limits',
      run: async () => clipped,
    })
  },
}
