import { expandDense } from '../../codes/expand.ts'
import type { Code, Family } from '../../contract/block.ts'
import { bankOffsets, type DataSheet, paramCount } from '../../contract/sheet.ts'
import { type Bench, readings } from '../bench.ts'
import { gridOf } from '../inputs.ts'
import { demand, type Law } from '../law.ts'
import { same } from '../same.ts'
import { way } from './delta.ts'

const FAMILIES: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']

/** Code indices are unsigned 32-bit; a block may reach the last one. */
const END = 2 ** 32

/** One law per family: a code is what the reference generator in `src/codes` makes of it. */
export const codes: readonly Law[] = FAMILIES.map((family) => ({
  name: `${family} codes read as the reference generator's`,
  unless: (bench) =>
    lacks(bench, family) ??
    (family === 'sinusoid' && amplitudesFor(bench, family) === undefined
      ? 'no amplitude keeps every value of the code away from a rounding edge'
      : undefined),
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const drive = inputs.drive(Math.ceil(slots / 5), 5)
    for (const variant of variants(bench, family, amplitudesFor(bench, family) ?? inputs.amplitudes())) {
      const { pairing, hold, first } = variant
      await same(
        bench,
        way('the code written out', theta, { slots, drive, delta: expandDense(variant, slots, bench.sheet) }),
        way(`${family} code ${pairing}, hold ${hold}, from ${first}`, theta, { slots, drive, delta: variant }),
      )
    }
  },
}))

function lacks(bench: Bench, family: Family): string | undefined {
  const { codes } = bench.facets
  if (codes === undefined) return 'the machine has no codes facet'
  return codes.families.includes(family) ? undefined : `the machine generates ${codes.families.join(', ')}`
}

function variants(bench: Bench, family: Family, amplitudes: readonly number[]): Code[] {
  const code = { kind: 'code', family, seed: bench.inputs().seed(), amplitudes } as const
  return [
    { ...code, first: 5, hold: 1, pairing: 'single' },
    { ...code, first: 3, hold: 2, pairing: 'opposite' },
    { ...code, first: END - bench.slots, hold: 3, pairing: 'single' },
  ]
}

/**
 * Amplitudes of a sinusoid for machines with steps, or undefined if none serves.
 *
 * A machine computes (amplitude x T) / 2^15 where the definition divides by 32767: both round to the same step unless
 * the value lies within amplitude x 2^-15 steps of a rounding edge. Twice that distance is kept clear.
 */
function amplitudesFor(bench: Bench, family: Family): readonly number[] | undefined {
  const { sheet } = bench
  const largest = bench.inputs().amplitudes()
  if (family !== 'sinusoid' || sheet.banks.every((bank) => bank.step === 0)) return largest
  for (let steps = 48; steps >= 6; steps--) {
    const amplitudes = sheet.banks.map((bank, b) => Math.min(steps * gridOf(bank), largest[b]))
    const clear = variants(bench, family, amplitudes).every((code) =>
      offEdges(sheet, code, bench.slots, steps / 2 ** 14),
    )
    if (clear) return amplitudes
  }
  return undefined
}

function offEdges(sheet: DataSheet, code: Code, slots: number, margin: number): boolean {
  const { data } = expandDense(code, slots, sheet)
  const params = paramCount(sheet)
  const offsets = bankOffsets(sheet)
  return sheet.banks.every((bank, b) => {
    for (let at = 0; at < data.length; at += params) {
      for (let i = at + offsets[b]; i < at + offsets[b + 1]; i++) {
        const steps = data[i] / gridOf(bank)
        if (Math.abs(steps - Math.floor(steps) - 0.5) < margin) return false
      }
    }
    return true
  })
}

/** Part by which an update's coefficients may be rounded on the way: 16-bit mantissas, twice. */
const COEFFICIENT_ROUNDING = 2 ** -14

/** One law per family: applying a code on the machine is storing the sum. */
export const apply: readonly Law[] = FAMILIES.map((family) => ({
  name: `applying ${family} codes on the machine stores theta + sum of coefficient x delta`,
  unless: (bench) => lacks(bench, family),
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const amplitudes = inputs.amplitudes()
    const coefficients = Float64Array.of(0.25, -0.125, 0, 0.1875, -0.0703125, 0.15, 0.1)
    const code: Code = { kind: 'code', family, seed: inputs.seed(), first: 9, amplitudes, hold: 1, pairing: 'single' }
    const held = await bench.device(async (device) => {
      await device.store(theta)
      const into = new Float64Array(theta.length)
      await device.codes?.apply(code, coefficients, into)
      return into
    })
    checkSum(bench.sheet, theta, code, coefficients, held)
    const block = { slots: bench.slots, drive: inputs.drive(bench.slots) }
    const applied = {
      label: 'the parameters after applying',
      run: async (device: Parameters<ReturnType<typeof way>['run']>[0]) => {
        await device.store(theta)
        await device.codes?.apply(code, coefficients, new Float64Array(theta.length))
        return readings(device, block)
      },
    }
    await same(bench, way('what the machine said it then holds', held, block), applied)
  },
}))

function checkSum(sheet: DataSheet, theta: Float64Array, code: Code, coefficients: Float64Array, held: Float64Array) {
  const { data } = expandDense(code, coefficients.length, sheet)
  const size = coefficients.reduce((sum, c) => sum + Math.abs(c), 0)
  const offsets = bankOffsets(sheet)
  sheet.banks.forEach((bank, b) => {
    const rounding =
      bank.step > 0 ? bank.step + COEFFICIENT_ROUNDING * size * code.amplitudes[b] : 1e-12 * (bank.max - bank.min)
    for (let i = offsets[b]; i < offsets[b + 1]; i++) {
      let wanted = theta[i]
      for (let k = 0; k < coefficients.length; k++) wanted += coefficients[k] * data[k * theta.length + i]
      demand(
        Math.abs(held[i] - wanted) <= rounding,
        `theta[${i}] (${bank.name}) = ${wanted} ${bank.unit} within ${rounding} after applying ${code.family} codes`,
        `${held[i]}`,
      )
    }
  })
}
