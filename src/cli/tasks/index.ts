import { InsituError } from '../../errors.ts'
import { digits } from './digits.ts'
import { iris } from './iris.ts'
import type { Task } from './task.ts'
import { xor } from './xor.ts'

/** All tasks of `train`. */
export const TASKS: readonly Task[] = [iris, xor, digits]

/** Finds a task by name; `UNKNOWN_TASK` lists what there is. */
export function findTask(name: string): Task {
  const task = TASKS.find((one) => one.name === name)
  if (task !== undefined) return task
  throw new InsituError(
    'UNKNOWN_TASK',
    `there is no task "${name}"; tasks are ${TASKS.map((t) => t.name).join(', ')}`,
    {
      hint: 'for example: insitu train --task iris',
    },
  )
}
