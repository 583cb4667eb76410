import {
  configureReply,
  DATA,
  type Description,
  encodeFrame,
  type Frame,
  FrameDecoder,
  helloReply,
  type Identity,
  parseDescription,
  REFUSAL,
  REPLY,
  REQUEST,
  type Refusal,
  refusal,
} from '../../src/wire/index.ts'

/** A board at the end of a line of bytes. */
export interface Target {
  readonly name: string
  write(bytes: Uint8Array): void
  /** The next bytes, or none after so many milliseconds of the target's time. */
  read(ms: number): Promise<Uint8Array>
  close(): Promise<void>
  /** What it said about itself, for messages. */
  complaint?(): string
}

export interface Answer {
  readonly type: number
  readonly payload: Uint8Array
  /** Payloads of the DATA frames before it. */
  readonly data: readonly Uint8Array[]
}

export const ACTIVATIONS = ['sigmoid', 'tanh', 'relu'] as const

/** The least that speaks the wire: one request at a time, no repeats, no queue. The link proper is in `drivers/link`. */
export class Client {
  readonly target: Target
  readonly #decoder = new FrameDecoder((frame) => this.#frames.push({ ...frame, payload: frame.payload.slice() }))
  #frames: Frame[] = []
  seq = 100

  constructor(target: Target) {
    this.target = target
  }

  get bad(): number {
    return this.#decoder.bad
  }

  async frame(ms = 2000): Promise<Frame> {
    while (this.#frames.length === 0) {
      const bytes = await this.target.read(ms)
      if (bytes.length === 0)
        throw new Error(`${this.target.name}: no answer within ${ms} ms ${this.target.complaint?.() ?? ''}`)
      this.#decoder.push(bytes)
    }
    return this.#frames.shift() as Frame
  }

  /** Sends and takes everything up to the reply or refusal of this seq. */
  async ask(type: number, payload: Uint8Array = new Uint8Array(0), seq = ++this.seq & 0xffff): Promise<Answer> {
    this.target.write(encodeFrame(type, seq, payload))
    return this.reply(seq)
  }

  async reply(seq: number): Promise<Answer> {
    const data: Uint8Array[] = []
    for (;;) {
      const frame = await this.frame()
      if (frame.seq !== seq) continue
      if (frame.type !== DATA) return { type: frame.type, payload: frame.payload, data }
      data.push(frame.payload)
    }
  }

  /** As `ask`, for requests that must succeed. */
  async must(type: number, payload?: Uint8Array): Promise<Answer> {
    const answer = await this.ask(type, payload)
    if (answer.type === REFUSAL) throw new Error(`refused: ${JSON.stringify(refusal.decode(answer.payload))}`)
    if (answer.type !== (type | REPLY)) throw new Error(`reply of type ${answer.type}`)
    return answer
  }

  async refused(type: number, payload?: Uint8Array): Promise<Refusal> {
    const answer = await this.ask(type, payload)
    if (answer.type !== REFUSAL) throw new Error(`request ${type} was not refused`)
    return refusal.decode(answer.payload)
  }

  async hello(): Promise<Identity> {
    return helloReply.decode((await this.must(REQUEST.hello, bytes(['u32', 7]))).payload)
  }

  async describe(): Promise<Description> {
    const { descriptionLength } = await this.hello()
    const text = new Uint8Array(descriptionLength)
    for (let at = 0; at < text.length; ) {
      const piece = (await this.must(REQUEST.describe, bytes(['u16', at]))).payload.subarray(2)
      text.set(piece, at)
      at += piece.length
    }
    return parseDescription(text, 'simulator')
  }

  async configure(layers: readonly number[], activation: (typeof ACTIVATIONS)[number]): Promise<Identity> {
    const setting = Uint8Array.of(layers.length, ...layers, ACTIVATIONS.indexOf(activation))
    return configureReply.decode((await this.must(REQUEST.configure, setting)).payload)
  }

  async arm(armId: number, watchdogMs = 60000): Promise<void> {
    await this.must(REQUEST.arm, bytes(['u32', armId], ['u16', watchdogMs]))
  }
}

type Width = 'u8' | 'i8' | 'u16' | 'i16' | 'u32'

/** Little-endian bytes from numbers with their widths. */
export function bytes(...fields: readonly (readonly [Width, number])[]): Uint8Array {
  const sizes = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4 }
  const out = new Uint8Array(fields.reduce((total, [width]) => total + sizes[width], 0))
  let at = 0
  for (const [width, value] of fields) {
    for (let b = 0; b < sizes[width]; b++) out[at++] = value >>> (8 * b)
  }
  return out
}
