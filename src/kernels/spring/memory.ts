interface Memory {
  readonly buffer: ArrayBuffer
}

/** The part of the engine's global that is used here; the Node types leave it to the browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => Memory
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const PAGE = 65536
const IMPORT = 2
const MEMORY = 5
/** Import section with one entry: "m"."m", a memory of at least 0 pages. */
const SECTION = [IMPORT, 8, 1, 1, 109, 1, 109, 2, 0, 0]

/** Compiled once per kernel, however many solvers there are: a compiled module holds no state. */
const compiled = new Map<string, object>()

/**
 * Compiles a kernel so that it takes its memory from outside. A kernel is compiled from one file and brings a memory of
 * its own; here its memory section becomes an import, which leaves all addresses as they are.
 */
function compile(base64: string): object {
  const known = compiled.get(base64)
  if (known !== undefined) return known
  const binary = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const parts: number[] = [...binary.subarray(0, 8)]
  let placed = false
  for (let at = 8; at < binary.length; ) {
    const start = at
    const id = binary[at++]
    let size = 0
    for (let shift = 0; ; shift += 7) {
      size += (binary[at] & 127) * 2 ** shift
      if (binary[at++] < 128) break
    }
    at += size
    // Imports stand before all sections of a higher number.
    if (id > IMPORT && !placed) {
      parts.push(...SECTION)
      placed = true
    }
    if (id !== MEMORY) for (let n = start; n < at; n++) parts.push(binary[n])
  }
  const module = new WebAssembly.Module(Uint8Array.from(parts))
  compiled.set(base64, module)
  return module
}

/** A fresh memory of at least `bytes`, and kernels that work in it. */
export function sharedMemory(bytes: number) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) })
  return {
    f64: new Float64Array(memory.buffer),
    u32: new Uint32Array(memory.buffer),
    join: <E>(base64: string) => new WebAssembly.Instance(compile(base64), { m: { m: memory } }).exports as E,
  }
}
