export * from './builders.ts'
export { checkGeometry, type GeometryCheck } from './check.ts'
export { type Dof, formatDof, type PinAxis, parseDof } from './dof.ts'
export { geometryOf } from './drawing.ts'
export {
  findNode,
  indexByName,
  type LatticeGeometry,
  type LatticeNode,
  type Pin,
  withoutBonds,
  withoutNodes,
  withPins,
} from './geometry.ts'
export { type LatticePlan, readGeometry, writeGeometry } from './json.ts'
export { NAMED_LATTICES, namedLattice } from './named.ts'
export { type NamedPorts, paperSpec } from './paper.ts'
export * from './sheet.ts'
