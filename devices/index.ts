export * from './chip-init.ts'
export * from './mgd-chip.ts'
