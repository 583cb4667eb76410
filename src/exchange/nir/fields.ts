import { InsituError } from '../../errors.ts'
import type { Pair, Shape } from './graph.ts'
import type { Folder } from './hdf5.ts'

/** Numbers with their shape. */
export interface Tensor {
  readonly shape: Shape
  readonly numbers: Float64Array
}

/** The datasets of one node, each checked as it is read; errors name the file, the node and the field. */
export interface Fields {
  readonly where: string
  has(name: string): boolean
  isText(name: string): boolean
  word(name: string): string
  /** Finite numbers of any shape. */
  tensor(name: string): Tensor
  /** Finite numbers of this many axes. */
  tensorOf(name: string, rank: number): Tensor
  /** Whole numbers from `least`. */
  wholes(name: string, least: number): readonly number[]
  whole(name: string, least: number): number
  /** Two whole numbers; one number stands for both. */
  pair(name: string, least: number): Pair
  fail(name: string, wanted: string, given: string): never
}

export function fields(folder: Folder, node: string): Fields {
  const where = `${folder.file}: node "${node}"`
  const fail = (name: string, wanted: string, given: string): never => {
    throw new InsituError('CONFIG', `${where}: ${name} must be ${wanted}, found ${given}`)
  }
  const need = (name: string) => {
    if (!folder.has(name)) {
      throw new InsituError('CONFIG', `${where}: ${name} is missing; it has ${folder.names().join(', ') || 'nothing'}`)
    }
    return folder.values(name)
  }
  const tensor = (name: string): Tensor => {
    const values = need(name)
    if (!('numbers' in values)) return fail(name, 'numbers', `"${values.words[0] ?? ''}"`)
    const { numbers, shape } = values
    if (numbers.length === 0) return fail(name, 'at least one number', 'none')
    const bad = numbers.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) {
      throw new InsituError('NOT_FINITE', `${where}: ${name} must be finite, found ${numbers[bad]} at ${bad}`)
    }
    return { shape, numbers }
  }
  const wholes = (name: string, least: number) => {
    const list = [...tensor(name).numbers]
    const bad = list.find((value) => !Number.isSafeInteger(value) || value < least)
    return bad === undefined ? list : fail(name, `whole numbers from ${least}`, String(bad))
  }
  return {
    where,
    has: (name) => folder.has(name),
    isText: (name) => 'words' in need(name),
    fail,
    tensor,
    wholes,
    word(name) {
      const values = need(name)
      const word = 'words' in values && values.words.length === 1 ? values.words[0] : undefined
      return word ?? fail(name, 'one word', 'numbers' in values ? 'numbers' : `${values.words.length} words`)
    },
    tensorOf(name, rank) {
      const found = tensor(name)
      const { shape } = found
      return shape.length === rank ? found : fail(name, `an array of ${rank} axes`, `shape [${shape.join(', ')}]`)
    },
    whole(name, least) {
      const list = wholes(name, least)
      return list.length === 1 ? list[0] : fail(name, 'one whole number', `${list.length} of them`)
    },
    pair(name, least) {
      const list = wholes(name, least)
      if (list.length === 1) return [list[0], list[0]]
      return list.length === 2 ? [list[0], list[1]] : fail(name, 'one or two whole numbers', `${list.length} of them`)
    },
  }
}
