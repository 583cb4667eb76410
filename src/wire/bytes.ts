/** A payload whose length does not fit its message. */
export class WireError extends Error {
  /** Bytes the message needs. */
  readonly wanted: number

  constructor(wanted: number, given: number) {
    super(`payload of ${given} bytes where ${wanted} are needed`)
    this.name = 'WireError'
    this.wanted = wanted
  }
}

/** Appends little-endian numbers. Growing replaces the view, so room is made before the view is named. */
export class ByteWriter {
  #bytes = new Uint8Array(64)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  get length(): number {
    return this.#length
  }

  u8(value: number): void {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
  }
  i8(value: number): void {
    const at = this.#grow(1)
    this.#view.setInt8(at, value)
  }
  u16(value: number): void {
    const at = this.#grow(2)
    this.#view.setUint16(at, value, true)
  }
  i16(value: number): void {
    const at = this.#grow(2)
    this.#view.setInt16(at, value, true)
  }
  u32(value: number): void {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, true)
  }
  f64(value: number): void {
    const at = this.#grow(8)
    this.#view.setFloat64(at, value, true)
  }
  bytes(values: Uint8Array): void {
    const at = this.#grow(values.length)
    this.#bytes.set(values, at)
  }

  /** What was written; the writer must not be used afterwards. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}

/** Takes little-endian numbers from a payload; throws `WireError` at its end. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1))
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true)
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }
  /** A view of the next bytes, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count)
    return this.#bytes.subarray(at, at + count)
  }

  /** Throws unless `count` bytes are left: asked before anything of that size is allocated. */
  need(count: number): void {
    if (count > this.left) throw new WireError(this.#at + count, this.#bytes.length)
  }
  /** Throws unless the payload is used up. */
  end(): void {
    if (this.left !== 0) throw new WireError(this.#at, this.#bytes.length)
  }

  #take(count: number): number {
    this.need(count)
    const at = this.#at
    this.#at += count
    return at
  }
}
