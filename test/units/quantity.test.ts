import { describe, expect, it } from 'vitest'
import { dataSheet } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { checkUnits, isUnit, quantity, settings } from '../../src/units/index.ts'
import { Toy } from '../contract/toy.ts'

describe('quantity', () => {
  it.each([
    ['137.5 N/m', 'N/m', 137.5],
    ['20 us', 's', 20e-6],
    ['0.1375 kN/m', 'N/m', 137.5],
    ['3.3V', 'mV', 3300],
    ['-1.5e-3 V', 'V', -1.5e-3],
    ['90 deg', 'rad', Math.PI / 2],
    ['1 kg m / s^2', 'N', 1],
    ['25 degC', 'K', 298.15],
    ['250 MHz', 'Hz', 2.5e8],
    ['2.5', '1', 2.5],
    ['  -.5e2 ', '1', -50],
    ['3 mV/V', '1', 3e-3],
    ['5 V/s', 'V/ms', 5e-3],
  ])('reads %s in %s', async (text, unit, wanted) => {
    // One rounding for the conversion factor and one for the product.
    expect(Math.abs((await quantity(text, unit)) - wanted)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(wanted))
  })

  it.each([
    ['5 m', 's', 'quantity "5 m": it is in m; wanted a number in s or a unit like it'],
    ['137.5', 'N/m', 'quantity "137.5": it has no unit; wanted a number in N/m or a unit like it'],
    ['V', 'V', 'quantity "V": it has no number; wanted a number in V or a unit like it'],
    ['5 V', '1', 'quantity "5 V": it is in V; wanted a pure number'],
    ['1,5 V', 'V', /cannot be read as a number and a unit/],
    ['five volts', 'V', /cannot be read/],
    ['', 'V', /quantity ""/],
    ['NaN V', 'V', /cannot be read|not a finite number/],
    ['1e999 V', 'V', /not a finite number|cannot be read/],
    ['2 V + 3 V', 'V', /cannot be read/],
    [`1 ${'m '.repeat(200)}`, 'm', /cannot be read/],
    ['1 import', 'V', /cannot be read/],
  ])('refuses %s for %s and says what was wanted', async (text, unit, message) => {
    const failed = quantity(text, unit)
    await expect(failed).rejects.toMatchObject({ code: 'UNITS' })
    await expect(failed).rejects.toThrow(message)
  })

  it('takes numbers without a unit only when told to', async () => {
    await expect(quantity(3, 'V')).rejects.toMatchObject({ code: 'UNITS', hint: 'write "3 V"' })
    expect(await quantity(3, 'V', { bare: 'accept' })).toBe(3)
    expect(await quantity('3', 'V', { bare: 'accept' })).toBe(3)
    expect(await quantity(3, '1')).toBe(3)
    await expect(quantity(Number.NaN, 'V', { bare: 'accept' })).rejects.toThrow(/not a finite number/)
  })

  it('names the quantity, and a wanted unit that does not exist', async () => {
    await expect(quantity('5 m', 's', { name: 'settle time' })).rejects.toThrow(/^settle time "5 m"/)
    await expect(quantity('5 m', 'sekunden')).rejects.toThrow('"sekunden" is not a unit')
  })
})

describe('units of data sheets', () => {
  it('are those mathjs reads, without a number, or 1', async () => {
    for (const unit of ['V', 'N/m', 'rad', 'us', 'kg m / s^2', '1']) expect(await isUnit(unit), unit).toBe(true)
    for (const unit of ['volt!', '2 V', '', ' ', '2', 'LSB']) expect(await isUnit(unit), unit).toBe(false)
  })

  it('are refused together, naming every port', async () => {
    const { sheet } = new Toy()
    await expect(checkUnits(sheet)).resolves.toBeUndefined()
    const [w, b] = sheet.banks
    const wrong = dataSheet({
      ...sheet,
      banks: [w, { ...b, unit: 'Volts' }],
      sense: { ...sheet.sense, unit: 'counts' },
    })
    await expect(checkUnits(wrong)).rejects.toThrow('toy (3-2): unknown units: bank b in "Volts", sense in "counts"')
  })
})

describe('settings', () => {
  const schema = {
    stiffness: { unit: 'N/m', min: 0 },
    settle: { unit: 's', default: 1e-3, max: 1 },
    gain: { unit: '1', default: 1 },
  } as const

  it('are converted to the units of their schema, with defaults', async () => {
    expect(await settings(schema, { stiffness: '0.1375 kN/m', settle: '20 us' }, { of: 'lattice' })).toEqual({
      stiffness: 137.5,
      settle: expect.closeTo(20e-6, 15),
      gain: 1,
    })
  })

  it('gather every fault in one error', async () => {
    const given = { stiffness: '-2 N/m', settle: '5 m', gian: 2 }
    const failed = settings(schema, given, { of: 'lattice' })
    await expect(failed).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(failed).rejects.toThrow(
      'settings of lattice: there is no setting "gian"; known: stiffness, settle, gain; ' +
        'stiffness = -2 N/m is -2 N/m, outside [0, Infinity] N/m; ' +
        'settle "5 m": it is in m; wanted a number in s or a unit like it',
    )
  })

  it('fail with UNITS when nothing but units is wrong', async () => {
    await expect(settings(schema, { stiffness: 3 }, { of: 'lattice' })).rejects.toMatchObject({ code: 'UNITS' })
    expect(await settings(schema, { stiffness: 3 }, { of: 'lattice', bare: 'accept' })).toMatchObject({ stiffness: 3 })
  })

  it('must be given where there is no default, and be text or a number', async () => {
    await expect(settings(schema, {}, { of: 'lattice' })).rejects.toThrow(/stiffness is missing/)
    await expect(settings(schema, { stiffness: true }, { of: 'lattice' })).rejects.toThrow(/got boolean/)
    const inherited = Object.create({ stiffness: '1 N/m' })
    await expect(settings(schema, inherited, { of: 'lattice' })).rejects.toBeInstanceOf(InsituError)
  })
})
