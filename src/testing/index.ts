/** The contract's laws, for authors of drivers and simulators: run them on your machine with any test runner. */
export type { AnyBackend, AnyDevice, EchoLawOptions, Factory, LawOptions } from './bench.ts'
export { Bench } from './bench.ts'
export type { ContractOptions, Runner, TestContext, Verdict } from './contract.ts'
export { checkLaws, contract } from './contract.ts'
export type { Law } from './law.ts'
export { LawBroken } from './law.ts'
export { laws } from './laws.ts'
