export { type LinearReadoutOptions, linearReadout } from './linear-readout.ts'
