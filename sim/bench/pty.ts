import { closeSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import { InsituError } from '../../src/errors.ts'
import type { Channel, ChannelListener } from '../../src/wire/channel.ts'
import { makeLink, removeLink } from './pty-link.ts'
import { openPty } from './pty-open.ts'

export interface PtyOptions {
  /** A stable name for the host, made as a symbolic link; a stale one is replaced. */
  readonly link?: string | undefined
}

/** The device's side of a pseudo-terminal, a channel to whoever opens `path`; a host may come, go and come back. */
export interface Pty extends Channel, AsyncDisposable {
  /** What the host opens: the link if one was asked for. */
  readonly path: string
  readonly masterFd: number
  /** Hands over what the kernel takes now, without waiting; returns the number of bytes taken. */
  offer(bytes: Uint8Array): number
  /** Stops and restarts reading: what the host sends meanwhile fills its own buffers. */
  pause(): void
  resume(): void
}

/** Makes a pseudo-terminal and serves its device side without ever blocking the event loop; throws `PTY`. */
export async function pty(options: PtyOptions = {}): Promise<Pty> {
  const { masterFd, slaveFd, path: slave } = await openPty()
  const reader = new ReadStream(masterFd)
  reader.on('error', (cause) => end(cause))
  let listener: ChannelListener | undefined
  let closed: Channel['closed']
  let link: string | undefined

  function end(cause: Error | undefined): void {
    if (closed) return
    closed = { cause }
    if (link !== undefined) removeLink(link, slave)
    reader.destroy()
    closeSync(slaveFd)
    listener?.closed(cause)
  }

  // ReadStream would write synchronously and freeze the loop; the descriptor itself is non-blocking.
  function offer(bytes: Uint8Array): number {
    let taken = 0
    while (!closed && taken < bytes.length) {
      try {
        taken += writeSync(masterFd, bytes, taken)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') break
        end(error as Error)
      }
    }
    return taken
  }

  let queue = Promise.resolve()
  async function writeAll(bytes: Uint8Array): Promise<void> {
    let taken = offer(bytes)
    while (!closed && taken < bytes.length) {
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
      end(undefined)
      throw error
    }
  }

  const path = link ?? slave
  const close = async () => end(undefined)
  return {
    name: `pty:${path}`,
    path,
    masterFd,
    get closed() {
      return closed
    },
    listen(given) {
      listener = given
      if (closed) return given.closed(closed.cause)
      reader.on('data', (chunk) => given.bytes(chunk))
    },
    write(bytes) {
      const sent = queue.then(() => writeAll(bytes))
      queue = sent.catch(() => {})
      return sent
    },
    offer,
    pause: () => void reader.pause(),
    resume: () => void reader.resume(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
