export * from './chip-init.ts'
export * from './lattice/index.ts'
export * from './mgd-chip.ts'
export * from './wave-field/index.ts'
