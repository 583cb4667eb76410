import { parentPort, workerData } from 'node:worker_threads'
import { waveParts } from './parts.ts'
import { bringBack } from './return.ts'
import type { WayBack } from './second-core.ts'

// The thread of a `SecondCore`: the same field as its machine's, without anything that is drawn or read. An error ends it
// and reaches the machine as the event of its worker.

const { course } = waveParts(workerData).body.parts

parentPort?.on('message', ({ drive, ...wave }: WayBack) => {
  const [found] = bringBack(course, [wave], drive)
  const { q, p, theta, momentum } = found.state
  const lists = [q, p, theta, momentum, found.conjugate, found.returned]
  parentPort?.postMessage(
    found,
    lists.map(({ buffer }) => buffer as ArrayBuffer),
  )
})
