import { uniformTheta } from '../../../devices/index.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import { adam } from '../../optim/adam.ts'
import { cosine } from '../../optim/schedule.ts'
import { backprop } from '../../reference/backprop.ts'
import { Perceptron } from '../../reference/perceptron.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import type { Task, TaskData } from '../tasks/task.ts'
import { type Score, score } from './score.ts'

/** The same network in floating point, trained by backpropagation from the same start on the same rows and cost. */
export function trainReference(task: Task, data: TaskData, seed: number): Score {
  const { layers, activation, initial, reference } = task.settings
  const net = new Perceptron(layers, activation)
  const theta = uniformTheta({ layers, activation }, initial[0], initial[1], seed)
  const lessons = shuffledLessons(data.train, { seed, batch: reference.batch })
  const rate = cosine(reference.rate, reference.updates, reference.rate / 10)
  backprop(net, theta, lessons, meanSquaredError, adam(rate), reference.updates)
  const sense = new Float64Array(data.test.rows * net.outputs)
  net.forward(theta, data.test.drive, data.test.rows, sense)
  return score(sense, data.test, data.classes.length)
}
