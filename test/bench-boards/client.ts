import { SerialPort } from 'serialport'
import { encodeFrame, type Frame, FrameDecoder, HOST_MAX_FRAME, helloReply, REQUEST } from '../../src/wire/index.ts'

export interface Answer {
  readonly type: number
  readonly seq: number
  readonly payload: Uint8Array
  /** Milliseconds from the request to its reply. */
  readonly took: number
}

/** A host with one request in flight and no retries but of HELLO: what it sees is what the board did. */
export interface Client {
  ask(type: number, payload?: Uint8Array, within?: number): Promise<Answer>
  hello(): Promise<ReturnType<typeof helloReply.decode>>
  send(bytes: Uint8Array): void
  close(): Promise<void>
}

export async function openClient(path: string): Promise<Client> {
  const port = new SerialPort({ path, baudRate: 115200 })
  await new Promise((done, fail) => port.once('open', done).once('error', fail))
  let answered: ((frame: Frame) => void) | undefined
  const decoder = new FrameDecoder((frame) => answered?.(frame), HOST_MAX_FRAME)
  port.on('data', (chunk: Buffer) => decoder.push(chunk))
  let seq = 0

  async function ask(type: number, payload = new Uint8Array(), within = 5000): Promise<Answer> {
    const wanted = ++seq & 0xffff
    const started = performance.now()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to request ${type} in ${within} ms`)), within)
      answered = (frame) => {
        if (frame.seq !== wanted) return
        clearTimeout(timer)
        const { type, seq } = frame
        resolve({ type, seq, payload: Uint8Array.from(frame.payload), took: performance.now() - started })
      }
      port.write(encodeFrame(type, wanted, payload))
    })
  }

  /** Repeated, as every host must: a board that is still starting loses what it is sent. */
  async function hello() {
    for (let attempt = 1; ; attempt++) {
      try {
        return helloReply.decode((await ask(REQUEST.hello, helloRequestBytes, 1000)).payload)
      } catch (error) {
        if (attempt === 5) throw error
      }
    }
  }

  return {
    ask,
    hello,
    send: (bytes) => void port.write(bytes),
    close: () => new Promise((done) => (port.isOpen ? port.close(() => done()) : done())),
  }
}

const helloRequestBytes = Uint8Array.of(1, 2, 3, 4)
