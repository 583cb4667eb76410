/** The part of the engine's global that is used here; the Node types leave it to the browser's. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const IMPORT = 2
const MEMORY = 5
/** Import section with one entry: "m"."m", a memory of at least 0 pages. */
const SECTION = [IMPORT, 8, 1, 1, 109, 1, 109, 2, 0, 0]

/**
 * Instantiates a second kernel in the memory of the first. A kernel is compiled from one file and brings a memory of
 * its own; here its memory section becomes an import, which leaves all addresses as they are.
 */
export function joinKernel<E>(base64: string, memory: object): E {
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
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(parts)), { m: { m: memory } }).exports as E
}
