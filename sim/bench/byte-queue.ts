/** First in, first out, in a ring that grows to what was once needed: bytes on their way along a line. */
export class ByteQueue {
  private ring = new Uint8Array(1024)
  private head = 0
  length = 0

  push(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.ring.length) this.grow(this.length + bytes.length)
    for (let i = 0; i < bytes.length; i++) this.ring[(this.head + this.length++) % this.ring.length] = bytes[i]
  }

  /** The oldest byte; only where `length` is not 0. */
  shift(): number {
    const byte = this.ring[this.head]
    this.head = (this.head + 1) % this.ring.length
    this.length--
    return byte
  }

  /** Up to `count` of the oldest bytes, in an array of their own. */
  take(count: number): Uint8Array {
    return Uint8Array.from({ length: Math.min(count, this.length) }, () => this.shift())
  }

  clear(): void {
    this.length = 0
  }

  private grow(wanted: number): void {
    const bigger = new Uint8Array(2 * wanted)
    for (let i = 0; i < this.length; i++) bigger[i] = this.ring[(this.head + i) % this.ring.length]
    this.ring = bigger
    this.head = 0
  }
}
