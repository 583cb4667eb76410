import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdtemp, open, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SerialPort } from 'serialport'
import { afterEach, describe, expect, test } from 'vitest'
import { type Pty, pty } from '../../sim/bench/pty.ts'
import { hasPty } from './tools.ts'

const every = Uint8Array.from({ length: 256 }, (_, i) => i)
const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function makePty(link?: string): Promise<Pty> {
  const made = await pty(link === undefined ? {} : { link })
  opened.push(made.close)
  return made
}

async function openHost(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
}

async function readAll(host: FileHandle, wanted: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(wanted)
  let have = 0
  for (let tries = 0; have < wanted && tries < 2000; tries++) {
    try {
      have += (await host.read(bytes, have)).bytesRead
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await sleep(1)
    }
  }
  return bytes.subarray(0, have)
}

function collect(device: Pty): { bytes(): Uint8Array; upTo(count: number): Promise<Uint8Array> } {
  const chunks: Uint8Array[] = []
  device.listen({ bytes: (chunk) => void chunks.push(Uint8Array.from(chunk)), closed() {} })
  const bytes = () => Uint8Array.from(Buffer.concat(chunks))
  return {
    bytes,
    async upTo(count) {
      for (let tries = 0; bytes().length < count && tries < 2000; tries++) await sleep(1)
      return bytes()
    },
  }
}

describe.skipIf(!hasPty())('pseudo-terminal', () => {
  test('carries all 256 values both ways, unchanged and without echo', async () => {
    const device = await makePty()
    const host = await openHost(device.path)
    opened.push(() => host.close())
    const received = collect(device)
    await host.write(every)
    expect(await received.upTo(256)).toEqual(every)
    await device.write(every)
    expect(Uint8Array.from(await readAll(host, 256))).toEqual(every)
    await sleep(20)
    expect(received.bytes().length).toBe(256)
  })

  test('carries 1 MB each way through serialport at once, in order', async () => {
    const device = await makePty()
    const size = 1 << 20
    const down = Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255)
    const up = down.map((byte) => byte ^ 0x5a)
    const port = new SerialPort({ path: device.path, baudRate: 115200 })
    opened.push(() => new Promise((done) => (port.isOpen ? port.close(done) : done(undefined))))
    await new Promise((done) => port.once('open', done))
    const received = collect(device)
    const chunks: Buffer[] = []
    let have = 0
    const arrived = new Promise<void>((done) =>
      port.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        have += chunk.length
        if (have >= size) done()
      }),
    )
    port.write(Buffer.from(down))
    await device.write(up)
    await arrived
    expect(Buffer.concat(chunks).equals(up)).toBe(true)
    expect(Buffer.from(await received.upTo(size)).equals(down)).toBe(true)
  })

  test('a host that does not read delays write, never the event loop; close ends the wait', async () => {
    const device = await makePty()
    const host = await openHost(device.path)
    opened.push(() => host.close())
    const pending = device.write(new Uint8Array(1 << 20))
    const outcome = pending.then(
      () => 'sent',
      (error: { code: string }) => error.code,
    )
    const started = performance.now()
    for (let i = 0; i < 20; i++) await sleep(1)
    // 20 sleeps of 1 ms; a blocked loop would stop here for ever, a busy machine stretches each to a few ms.
    expect(performance.now() - started).toBeLessThan(1000)
    expect(device.offer(every)).toBe(0)
    device.close()
    expect(await outcome).toBe('LINK_LOST')
  })

  test('a paused device holds the host back, and loses nothing', async () => {
    const device = await makePty()
    const host = await openHost(device.path)
    opened.push(() => host.close())
    const received = collect(device)
    device.pause()
    let sent = 0
    const chunk = new Uint8Array(1024)
    try {
      while (sent < 1 << 22) {
        chunk.fill((sent >> 10) & 255)
        sent += (await host.write(chunk)).bytesWritten
      }
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN')
    }
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(1 << 22)
    device.resume()
    const bytes = await received.upTo(sent)
    expect(bytes.length).toBe(sent)
    expect(bytes.every((byte, i) => byte === ((i >> 10) & 255))).toBe(true)
  })

  test('the host may close and come back: no EIO, no lost device', async () => {
    const device = await makePty()
    const received = collect(device)
    for (let round = 1; round <= 3; round++) {
      const host = await openHost(device.path)
      await host.write(every)
      await received.upTo(256 * round)
      await host.close()
      await sleep(5)
    }
    expect(received.bytes().length).toBe(768)
    const host = await openHost(device.path)
    opened.push(() => host.close())
    await device.write(every)
    expect(Uint8Array.from(await readAll(host, 256))).toEqual(every)
  })

  test('closing the device hangs the host up', async () => {
    const device = await makePty()
    const port = new SerialPort({ path: device.path, baudRate: 115200 })
    await new Promise((done) => port.once('open', done))
    const closed = new Promise((done) => port.once('close', done))
    port.resume() // serialport notices a hang-up only while it waits for bytes
    await sleep(50)
    device.close()
    await closed
    expect(port.isOpen).toBe(false)
  })

  test('a link is stable, replaces a stale one, spares real files and goes with its device', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'insitu-pty-'))
    opened.push(() => rm(folder, { recursive: true }))
    const link = join(folder, 'board')
    await symlink('/dev/pts/nowhere', link)
    const first = await makePty(link)
    expect(first.path).toBe(link)
    const second = await makePty(link)
    first.close()
    expect(await readlink(link)).toMatch(/^\/dev\/pts\/\d+$/)
    const host = await openHost(link)
    opened.push(() => host.close())
    await second.write(every)
    expect((await readAll(host, 256)).length).toBe(256)
    second.close()
    await expect(lstat(link)).rejects.toMatchObject({ code: 'ENOENT' })
    await writeFile(link, 'precious')
    await expect(makePty(link)).rejects.toMatchObject({ code: 'PTY' })
    expect((await lstat(link)).isFile()).toBe(true)
  })
})
