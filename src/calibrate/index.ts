export { type Calibration, type CalibrationPlan, calibrate, type Uncertain } from './calibrate.ts'
export { type InPlace, type InPlaceOptions, settleInPlace } from './in-place.ts'
export { type Fit, type FitOptions, leastSquares } from './least-squares.ts'
export { fitPolynomial, type PolynomialOptions } from './polynomial.ts'
