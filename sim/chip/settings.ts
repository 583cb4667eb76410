import { InsituError } from '../../src/errors.ts'
import { compileExpression } from '../../src/units/expression.ts'
import { changedSettings, type Schema } from '../../src/units/settings.ts'
import type { MgdChipOptions } from './chip.ts'
import type { Imperfections } from './presets.ts'

/** What may be said of a simulated chip in units, beside its preset. */
export const CHIP_SETTINGS = {
  readNoise: { unit: 'V', min: 0 },
  readDrift: { unit: 'V/s^0.5', min: 0 },
  leakTime: { unit: 's', min: 0 },
  slotTime: { unit: 's', min: 0 },
  weightGain: { unit: '1', min: 0 },
  weightOffset: { unit: 'V', min: 0 },
  activation: { unit: '1', min: 0 },
  dead: { unit: '1', min: 0, max: 1 },
  gainDrift: { unit: 's^-1', min: 0 },
  gainDriftCommon: { unit: 's^-1' },
} as const satisfies Schema

/** Where the values of a transfer curve must be finite, in V of net input. */
const PROBES = [-100, -8, -1, -1e-3, 0, 1e-3, 1, 8, 100]

/**
 * Turns settings as people write them into options of `mgdChip`: `{ readNoise: "0.5 mV", slotTime: "20 us",
 * transfer: "0.9 / (1 + exp(-1.2 z)) + 0.02" }`, z the net input in V.
 *
 * Throws `UNITS`, `CONFIG` or `EXPRESSION` naming the setting.
 */
export async function chipSettings(
  given: Readonly<Record<string, string | number>>,
): Promise<Pick<MgdChipOptions, 'imperfections' | 'slotSeconds' | 'transfer'>> {
  const { transfer } = given
  const numbers = await changedSettings(CHIP_SETTINGS, given, { of: 'mgd-chip', others: ['transfer'] })
  const { slotTime, leakTime, ...direct } = numbers
  const imperfections: Partial<Imperfections> = { ...direct, ...(leakTime !== undefined && { leakSeconds: leakTime }) }
  return {
    ...(Object.keys(imperfections).length > 0 && { imperfections }),
    ...(slotTime !== undefined && { slotSeconds: slotTime }),
    ...(transfer !== undefined && { transfer: await transferCurve(String(transfer)) }),
  }
}

async function transferCurve(text: string) {
  const curve = await compileExpression(text, ['z'])
  for (const z of PROBES) {
    const value = curve(z)
    if (!Number.isFinite(value)) {
      throw new InsituError('EXPRESSION', `transfer curve "${text}" is ${value} at z = ${z} V`, {
        hint: 'a neuron needs a number for every net input',
      })
    }
  }
  return { text, curve }
}
