import type { WavePassage } from './trace.ts'

/** Collects what a simulation shows of a passage, moment by moment. */
export interface PassageRecorder {
  /** Copies the field at a time since the passage began. */
  look(time: number, q: Float64Array, p: Float64Array): void
  passage(): WavePassage
}

export function recorder(): PassageRecorder {
  const times: number[] = []
  const fields: { readonly q: Float64Array; readonly p: Float64Array }[] = []
  return {
    look(time, q, p) {
      times.push(time)
      fields.push({ q: q.slice(), p: p.slice() })
    },
    passage() {
      const modes = fields[0]?.q.length ?? 0
      const joined = (of: 'q' | 'p') => {
        const values = new Float64Array(fields.length * modes)
        fields.forEach((field, n) => {
          values.set(field[of], n * modes)
        })
        return values
      }
      return { times: Float64Array.from(times), q: joined('q'), p: joined('p') }
    },
  }
}
