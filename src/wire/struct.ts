import { ByteReader, ByteWriter } from './bytes.ts'

type Whole = 'u8' | 'i8' | 'u16' | 'i16' | 'u32'

/** A fixed run of whole numbers in wire order. */
export interface Struct<T> {
  write(writer: ByteWriter, value: T): void
  read(reader: ByteReader): T
  /** The whole payload at once. */
  encode(value: T): Uint8Array
  /** Throws `WireError` unless the payload is exactly this long. */
  decode(payload: Uint8Array): T
}

/** Builds a codec from names and types, in the order of the specification's table. */
export function struct<const F extends Readonly<Record<string, Whole>>>(fields: F): Struct<{ [K in keyof F]: number }> {
  type T = { [K in keyof F]: number }
  const entries = Object.entries(fields) as [keyof F, Whole][]
  const write = (writer: ByteWriter, value: T) => {
    for (const [name, whole] of entries) writer[whole](value[name])
  }
  const read = (reader: ByteReader): T => {
    const value: Partial<T> = {}
    for (const [name, whole] of entries) value[name] = reader[whole]() as T[keyof F]
    return value as T
  }
  return {
    write,
    read,
    encode(value) {
      const writer = new ByteWriter()
      write(writer, value)
      return writer.done()
    },
    decode(payload) {
      const reader = new ByteReader(payload)
      const value = read(reader)
      reader.end()
      return value
    },
  }
}
