import { closeSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import { InsituError } from '../../src/errors.ts'
import { makeLink, removeLink } from './pty-link.ts'
import { openPty } from './pty-open.ts'

export interface PtyOptions {
  /** A stable name for the host, made as a symbolic link; a stale one is replaced. */
  readonly link?: string
}

/** The device's side of a pseudo-terminal: bytes from the host, bytes to the host. */
export interface Pty extends AsyncDisposable {
  /** What the host opens: the link if one was asked for. */
  readonly path: string
  readonly masterFd: number
  /** Sets the one receiver of the host's bytes; bytes wait in the kernel until there is one. */
  onData(receiver: (bytes: Uint8Array) => void): void
  /** Stops and restarts reading: what the host sends meanwhile fills its own buffers. */
  pause(): void
  resume(): void
  /** Hands over what the kernel takes now, without waiting; returns the number of bytes taken. */
  offer(bytes: Uint8Array): number
  /** Sends all, waiting while the host does not read; rejects with `LINK_LOST` when closed meanwhile. */
  write(bytes: Uint8Array): Promise<void>
  /** Hangs up: the host sees its port vanish. */
  close(): void
}

/** Makes a pseudo-terminal and serves its device side without ever blocking the event loop. */
export async function pty(options: PtyOptions = {}): Promise<Pty> {
  const { masterFd, slaveFd, path: slave } = await openPty()
  const reader = new ReadStream(masterFd)
  reader.pause()
  reader.on('error', () => close())
  let open = true
  let link: string | undefined

  function close(): void {
    if (!open) return
    open = false
    if (link !== undefined) removeLink(link, slave)
    reader.destroy()
    closeSync(slaveFd)
  }

  // ReadStream would write synchronously and freeze the loop; the descriptor itself is non-blocking.
  function offer(bytes: Uint8Array): number {
    let taken = 0
    while (open && taken < bytes.length) {
      try {
        taken += writeSync(masterFd, bytes, taken)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') break
        close()
      }
    }
    return taken
  }

  let queue = Promise.resolve()
  async function writeAll(bytes: Uint8Array): Promise<void> {
    let taken = offer(bytes)
    while (open && taken < bytes.length) {
      await sleep(2)
      taken += offer(bytes.subarray(taken))
    }
    if (taken < bytes.length)
      throw new InsituError('LINK_LOST', `pseudo-terminal ${slave}: closed before all bytes were sent`, { port: slave })
  }

  if (options.link !== undefined) {
    try {
      link = makeLink(options.link, slave)
    } catch (error) {
      close()
      throw error
    }
  }

  return {
    path: link ?? slave,
    masterFd,
    onData(receiver) {
      reader.removeAllListeners('data')
      reader.on('data', receiver)
    },
    pause: () => void reader.pause(),
    resume: () => void reader.resume(),
    offer,
    write(bytes) {
      const sent = queue.then(() => writeAll(bytes))
      queue = sent.catch(() => {})
      return sent
    },
    close,
    async [Symbol.asyncDispose]() {
      close()
    },
  }
}
