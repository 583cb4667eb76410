import type { Device } from '../../contract/device.ts'
import { InsituError } from '../../errors.ts'

/** Throws `CAPABILITY` unless the machine's local readings are actions, whose contrast is a gradient. */
export function readAction(who: string, device: Device<'local'>): void {
  if (device.local.reads === 'action') return
  throw new InsituError(
    'CAPABILITY',
    `${who} needs local readings that are actions; those of ${device.name} are ${device.local.reads}s of energies`,
    { device: device.sheet.machine, hint: 'a machine that rests learns by in-situ or nudged' },
  )
}

/** Says of an injection that the machine refuses which setting makes it smaller. */
export async function withInjectionHint<T>(setting: string, call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof InsituError && error.code === 'LIMIT')) throw error
    throw new InsituError('LIMIT', error.message, {
      ...(error.device !== undefined && { device: error.device }),
      hint: `an injection is ${setting} times the slope of the cost: choose a smaller ${setting}`,
      cause: error,
    })
  }
}
