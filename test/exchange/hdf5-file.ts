/** A tree to be written as HDF5: words, pairs of words, numbers with or without a shape, and groups of these. */
export interface Tree {
  readonly [name: string]: string | readonly (readonly string[])[] | readonly number[] | Numbers | Tree
}

/** Numbers of a given shape. */
export class Numbers {
  readonly shape: readonly number[]
  readonly data: Float64Array | Float32Array | Int32Array | BigInt64Array

  constructor(shape: readonly number[], data: Numbers['data']) {
    this.shape = shape
    this.data = data
  }
}

/** The bytes of an HDF5 file. */
export async function hdf5File(tree: Tree): Promise<Uint8Array> {
  const { File, ready } = await import('h5wasm')
  const { FS } = await ready
  const place = '/written-by-a-test.nir'
  const file = new File(place, 'w')
  write(file, tree)
  file.close()
  const bytes = FS.readFile(place).slice() as Uint8Array
  FS.unlink(place)
  return bytes
}

function write(group: import('h5wasm').Group, tree: Tree): void {
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') group.create_dataset({ name, data: value })
    else if (value instanceof Numbers) group.create_dataset({ name, data: value.data, shape: [...value.shape] })
    else if (!Array.isArray(value)) write(group.create_group(name), value as Tree)
    else if (value.every((one) => typeof one === 'number')) {
      group.create_dataset({ name, data: Float64Array.from(value as number[]), shape: [value.length] })
    } else {
      const pairs = value as readonly (readonly string[])[]
      group.create_dataset({ name, data: pairs.flat(), shape: [pairs.length, pairs[0].length] })
    }
  }
}
