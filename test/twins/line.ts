import type { Twin, TwinBank } from '../../src/twins/twin.ts'

/** A twin that is linear in its three parameters, one of them in units far from the others': a + b x + 1e-4 c y. */
export function line(spread: number): Twin {
  const bank = (name: string): TwinBank => ({ name, width: 1, unit: '1', start: 0, spread })
  return {
    name: 'line',
    width: { theta: 1, drive: 2, sense: 1 },
    banks: ['a', 'b', 'c'].map(bank),
    forward({ drive, rows, parameters: [a, b, c] }, sense) {
      for (let r = 0; r < rows; r++) sense[r] = a + b * drive[2 * r] + 1e-4 * c * drive[2 * r + 1]
    },
    vjp({ drive, rows }, _measured, cotangent, into) {
      into.theta?.fill(0)
      into.drive?.fill(0)
      into.parameters?.fill(0)
      for (let r = 0; r < rows && into.parameters; r++) {
        into.parameters[0] += cotangent[r]
        into.parameters[1] += cotangent[r] * drive[2 * r]
        into.parameters[2] += cotangent[r] * 1e-4 * drive[2 * r + 1]
      }
    },
  }
}
