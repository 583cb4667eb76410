import { perParameter } from '../src/codes/expand.ts'
import type { StatePort } from '../src/contract/facets.ts'
import { InsituError } from '../src/errors.ts'
import type { Body } from './body.ts'

/** Snapshot and restore of any body: its numbers as they lie in memory. */
export function statePort(body: Body): StatePort {
  return {
    async snapshot() {
      const state = body.save()
      return new Uint8Array(state.buffer, state.byteOffset, state.byteLength).slice()
    },
    async restore(snapshot, theta) {
      const wanted = body.save().byteLength
      if (snapshot.byteLength !== wanted)
        throw new InsituError(
          'SHAPE',
          `${body.sheet.machine}: snapshot has ${snapshot.byteLength} bytes, wanted ${wanted}`,
          {
            hint: 'restore only what a machine of the same model and settings gave',
          },
        )
      const state = new Float64Array(snapshot.slice().buffer)
      if (!state.every(Number.isFinite)) throw damaged(body)
      const before = body.save()
      body.load(state)
      if (!withinLimits(body)) {
        body.load(before)
        throw damaged(body)
      }
      theta.set(body.theta)
    },
  }
}

/** One array after the other; spreads of large arrays overflow the stack. */
export function joined(...parts: readonly ArrayLike<number>[]): Float64Array {
  const into = new Float64Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    into.set(part, at)
    at += part.length
  }
  return into
}

function withinLimits({ sheet, theta }: Body): boolean {
  const low = perParameter(
    sheet,
    sheet.banks.map((bank) => bank.min),
  )
  const high = perParameter(
    sheet,
    sheet.banks.map((bank) => bank.max),
  )
  return theta.every((value, i) => value >= low[i] && value <= high[i])
}

function damaged(body: Body): InsituError {
  return new InsituError('RECORD', `${body.sheet.machine}: the snapshot holds values this machine never had`, {
    device: body.sheet.machine,
    hint: 'restore only what a machine of the same model and settings gave',
  })
}
