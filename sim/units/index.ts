export { chua, chuaPiecewise, fitzHughNagumo, lorenz, type UnitDynamics } from './dynamics.ts'
export { randomNetwork } from './network.ts'
export { type CoupledUnits, componentDeviations, noisy, type SimulateOptions, simulateUnits } from './simulate.ts'
