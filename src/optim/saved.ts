import { InsituError } from '../errors.ts'

/** State of every optimizer here: updates done, and one number per parameter for each memory. */
export interface SavedState {
  readonly updates: number
  readonly memories: Readonly<Record<string, readonly number[]>>
}

/** Reads a saved state with the named memories; `RECORD` if the data are not that. */
export function readSaved(owner: string, names: readonly string[], state: unknown): SavedState {
  const saved = state as Partial<SavedState> | null
  const memories = saved?.memories
  const lists = names.map((name) => memories?.[name])
  const good =
    Number.isInteger(saved?.updates) &&
    lists.every((list) => Array.isArray(list) && list.every((v) => Number.isFinite(v)))
  if (good) return saved as SavedState
  throw new InsituError('RECORD', `${owner}: saved state must hold updates and ${names.join(', ') || 'no memories'}`, {
    hint: 'resume with the optimizer the checkpoint was written with',
  })
}

/** A memory of `length` numbers: the one given if it fits, zeros before the first step. */
export function sized(owner: string, memory: Float64Array, length: number): Float64Array {
  if (memory.length === length) return memory
  if (memory.length === 0) return new Float64Array(length)
  throw new InsituError('SHAPE', `${owner}: gradient has ${length} numbers, wanted ${memory.length} as before`)
}
