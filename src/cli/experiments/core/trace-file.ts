import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { InsituError } from '../../../errors.ts'
import { checkPlace } from '../../files.ts'

/** Text that grows: its hash is kept, and where a file is named it is written there, in place of one that is there. */
export class TraceFile implements Disposable {
  readonly #hash: Hash = createHash('sha256')
  readonly #file: string
  readonly #descriptor: number | undefined

  /** `file` may be empty: then nothing is written. Throws `CONFIG` where it cannot be. */
  constructor(file: string, option: string) {
    this.#file = file
    if (file === '') return
    checkPlace(file, option)
    this.#descriptor = this.#attempt(() => openSync(file, 'w'))
  }

  /** Throws `RECORD` if the file takes no more. */
  write(text: string): void {
    this.#hash.update(text)
    const descriptor = this.#descriptor
    if (descriptor !== undefined) this.#attempt(() => writeFileSync(descriptor, text))
  }

  /** SHA-256 of everything written, in hexadecimal digits. */
  sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
  }

  #attempt<T>(action: () => T): T {
    try {
      return action()
    } catch (cause) {
      throw new InsituError('RECORD', `${this.#file} cannot be written: ${(cause as Error).message}`, { cause })
    }
  }
}
