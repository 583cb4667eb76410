import { realpath } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import { type ErrorCode, InsituError } from '../../src/errors.ts'
import type { Channel } from '../../src/wire/channel.ts'
import { DuplexChannel } from './duplex.ts'
import { lockPort, openedBy } from './lock.ts'

/** serialport gives its reasons as text only. */
const REASONS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/no such file|cannot find|not found|ENOENT/i, 'PORT_ABSENT', 'plug the board in, or check the path'],
  [/cannot lock|busy|temporarily unavailable|EBUSY/i, 'PORT_BUSY', 'close the program that uses the port'],
  [/permission|access denied|EACCES/i, 'PORT_DENIED', 'add your user to the group that owns the port (often dialout)'],
]

/** Opens a serial port, 8 data bits, no parity, one stop bit, no flow control. */
export async function openSerial(path: string, baudRate = 115200): Promise<Channel> {
  const device = await realpath(path).catch((cause) => {
    throw portError(path, path, cause)
  })
  const lock = takeLock(path, device)
  // One object per connection: a port that is opened again first sends the bytes its far end never took.
  const port = new SerialPort({ path: device, baudRate, autoOpen: false, lock: true })
  try {
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
  } catch (cause) {
    lock.release()
    throw portError(path, device, cause)
  }
  // FTDI adapters otherwise wait 16 ms before they pass a byte on; pseudo-terminals refuse, which does not matter.
  const prompt = { lowLatency: true, dtr: true, rts: true }
  await new Promise<void>((resolve) => port.set(prompt, () => resolve()))
  // What was said before belongs to nobody.
  await new Promise<void>((resolve) => port.flush(() => resolve()))
  return new DuplexChannel(port, {
    name: `serial:${path}`,
    bytesPerSecond: baudRate / 10,
    shut: () => port.close(() => {}),
    wake: () => watchBoth(port),
    released: () => lock.release(),
  })
}

/** Events of the binding's poller, readable and writable. */
const BOTH = 0b11

/**
 * Lets a port notice that it can be written to. On Linux and macOS a read that begins to wait makes the binding forget that a
 * write is waiting, which then goes on only when something is heard: never, if that is the answer to what is being written.
 */
function watchBoth({ port }: SerialPort): void {
  if (!port?.isOpen || !('poller' in port)) return
  try {
    port.poller.poll(BOTH)
  } catch {
    // A port that has gone cannot be watched; the write itself says so.
  }
}

function takeLock(path: string, device: string) {
  const lock = lockPort(device)
  if ('release' in lock) return lock
  const holder = lock.holder === process.pid ? 'this process' : `process ${lock.holder}`
  throw new InsituError('PORT_BUSY', `${path} is held by ${holder} (pid ${lock.holder})`, {
    port: path,
    hint: 'close the other connection, or end that process',
  })
}

function portError(path: string, device: string, cause: unknown): InsituError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  for (const [pattern, code, hint] of REASONS) {
    if (!pattern.test(reason)) continue
    const holder = code === 'PORT_BUSY' ? openedBy(device) : undefined
    const message =
      code === 'PORT_ABSENT'
        ? `${path} does not exist`
        : code === 'PORT_DENIED'
          ? `${path} may not be opened by this user`
          : `${path} is held by ${holder === undefined ? 'another program' : `process ${holder} (pid ${holder})`}`
    return new InsituError(code, message, { cause, port: path, hint })
  }
  return new InsituError('PORT_FAILED', `${path} could not be opened: ${reason}`, {
    cause,
    port: path,
    hint: 'check that it is a serial port and takes this baud rate',
  })
}
