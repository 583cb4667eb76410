/** A compiled kernel with its own memory, grown as needed; views are remade after every growth. */
export interface KernelModule<E> {
  readonly exports: E
  /** Makes room for `bytes` of memory. */
  reserve(bytes: number): void
  /** The memory as doubles and as 32-bit words, valid until the next `reserve`. */
  readonly f64: Float64Array
  readonly u32: Uint32Array
}

const PAGE = 65536

interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** The part of the engine's global that is used here; the Node types leave it to the browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => Memory
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object, imports?: object) => { readonly exports: { readonly memory: Memory } }
}

/** A kernel that takes its memory from outside, compiled; it holds no state. */
export interface SharingKernel<E> {
  readonly module: object
  /** Carries the type of its exports. */
  readonly exports?: E
}

/** Compiles a kernel built with `--importMemory` from its base64 text. */
export function compileSharing<E>(base64: string): SharingKernel<E> {
  return { module: compile(base64) }
}

/** A fresh memory of at least `bytes`, and kernels that work in it. */
export function sharedMemory(bytes: number) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) })
  return {
    f64: new Float64Array(memory.buffer),
    u32: new Uint32Array(memory.buffer),
    join: <E>({ module }: SharingKernel<E>): E =>
      new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as E,
  }
}

function compile(base64: string): object {
  return new WebAssembly.Module(decoded(base64))
}

/** `atob` and a walk over its characters took up to milliseconds for a kernel, more than compiling it. */
function decoded(base64: string): Uint8Array {
  const digits = new Uint8Array(128)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let n = 0; n < 64; n++) digits[alphabet.charCodeAt(n)] = n
  const size = base64.length - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
  const bytes = new Uint8Array(Math.floor((size * 3) / 4))
  let bits = 0
  for (let n = 0, at = 0; n < size; n++) {
    bits = ((bits << 6) | digits[base64.charCodeAt(n)]) & 0xffffff
    if (n % 4 > 0) bytes[at++] = bits >> (6 - 2 * (n % 4))
  }
  return bytes
}

/** Instantiates a kernel from its base64 text; small enough to be done in place. */
export function loadKernel<E>(base64: string): KernelModule<E> {
  const { exports } = new WebAssembly.Instance(compile(base64))
  const { memory } = exports
  let f64 = new Float64Array(memory.buffer)
  let u32 = new Uint32Array(memory.buffer)
  return {
    exports: exports as unknown as E,
    reserve(bytes) {
      const missing = bytes - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
      if (f64.buffer === memory.buffer) return
      f64 = new Float64Array(memory.buffer)
      u32 = new Uint32Array(memory.buffer)
    },
    get f64() {
      return f64
    },
    get u32() {
      return u32
    },
  }
}
