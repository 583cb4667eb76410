import { describe, expect, it } from 'vitest'
import { saysPinAxes } from '../../devices/lattice/drawing.ts'
import {
  geometryOf,
  honeycombLattice,
  IDEAL_RANGES,
  type LatticeGeometry,
  latticeSheet,
  PAPER_STIFFNESS,
  paperLattice,
  paperSpec,
  parseDof,
  triangularLattice,
  withoutBonds,
  withPins,
} from '../../devices/lattice/index.ts'
import type { DataSheet } from '../../src/contract/sheet.ts'

const sheetOf = (geometry: LatticeGeometry): DataSheet =>
  latticeSheet(paperSpec({ inputs: ['11.y'], outputs: ['13.y'] }, { geometry }), {
    kind: 'simulator',
    identity: 'test',
    converters: IDEAL_RANGES,
    noise: 0,
    maxSlots: 1,
    slotSeconds: 0,
    repeatable: true,
  })

describe('the geometry of a sheet', () => {
  it.each([
    ['the paper', paperLattice()],
    ['triangular', triangularLattice(5, 7)],
    ['one without bonds it once had', withoutBonds(paperLattice(), [3, 9])],
    ['rollers', withPins(paperLattice(), ['1', '5.y', '14.x'])],
    ['nothing pinned', honeycombLattice(2, 2)],
  ])('comes back as it was: %s', (_what, geometry) => {
    const sheet = sheetOf(geometry)
    expect(geometryOf(sheet)).toEqual(geometry)
    // A record is JSON.
    expect(geometryOf(JSON.parse(JSON.stringify(sheet)) as DataSheet)).toEqual(geometry)
    expect(saysPinAxes(sheet)).toBe(true)
  })

  it('is not there for large lattices and other machines', () => {
    expect(geometryOf(sheetOf(triangularLattice(21, 20)))).toBeUndefined()
    expect(geometryOf({ ...sheetOf(paperLattice()), machine: 'mgd-chip' })).toBeUndefined()
    expect(geometryOf({ machine: 'lattice', settings: {} })).toBeUndefined()
  })

  const changed = (change: object): DataSheet => {
    const sheet = sheetOf(paperLattice())
    const { geometry } = sheet.settings as { geometry: object }
    return { ...sheet, settings: { ...sheet.settings, geometry: { ...geometry, ...change } } }
  }

  it.each([[{ pinAxes: undefined }], [{ pinAxes: ['x'] }], [{ pinAxes: ['z', 'y'] }]])(
    'holds pins along both axes where it does not say which: %j',
    (change) => {
      expect(geometryOf(changed(change))).toEqual(paperLattice())
      expect(saysPinAxes(changed(change))).toBe(false)
    },
  )

  it.each([
    [{ x: [0] }],
    [{ names: ['1'] }],
    [{ bonds: [0, 14] }],
    [{ bonds: [0, 1, 2] }],
    [{ pins: [14] }],
    [{ y: 'up' }],
  ])('that makes no sense is none: %j', (change) => expect(geometryOf(changed(change))).toBeUndefined())
})

describe('the paper’s lattice with ports', () => {
  it('is read by name, and takes another geometry or other bonds', () => {
    const ports = { inputs: ['11.y'], outputs: ['13.y', '14.x'] }
    expect(paperSpec(ports)).toEqual({
      geometry: paperLattice(),
      inputs: [parseDof('11.y')],
      outputs: [parseDof('13.y'), parseDof('14.x')],
      stiffness: PAPER_STIFFNESS,
    })
    const geometry = triangularLattice(2, 2)
    const stiffness = { min: 1, max: 2, step: 0 }
    expect(paperSpec(ports, { geometry, stiffness })).toMatchObject({ geometry, stiffness })
  })
})
