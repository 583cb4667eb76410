import { InsituError } from '../../src/errors.ts'
import { FAULT } from '../../src/wire/index.ts'
import type { Found } from '../link/found.ts'
import { faultError, resetError } from '../link/refusals.ts'

/** Whether an error tells that a device does not hold the parameters it was given. */
export function isLoss(error: unknown): error is InsituError {
  return error instanceof InsituError && (error.code === 'DEVICE_RESET' || error.code === 'DEVICE_FAULT')
}

/** The same error for a device whose learning field held what the host had not read. */
export function fieldLost(loss: InsituError): InsituError {
  return new InsituError(loss.code, `${loss.message}; what its learning field took up since it was read is lost`, {
    cause: loss,
    ...(loss.port !== undefined && { port: loss.port }),
    hint: 'the next call goes on with the parameters last read or stored: read them now and then (echo.learning.read), or take a snapshot',
  })
}

/** What must have befallen a device that is not armed as it was. */
export function befell(name: string, found: Found): InsituError {
  return found === 'fault' ? faultError(name, FAULT.watchdog) : resetError(name, 'its arming is gone')
}
