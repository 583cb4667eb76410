import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../errors.ts'
import { reportHtml } from '../report/report.ts'
import { type EvaluationEvent, eventsOf, readBulk, readRun } from '../run/index.ts'

/** Writes the HTML report of a run; resolves to its path. */
export async function writeReport(run: string, out?: string): Promise<string> {
  const record = readRun(run)
  const looks = eventsOf<EvaluationEvent>(record, 'evaluation').filter((look) => look.set === 'train')
  const html = reportHtml(
    record,
    looks.map((look) => readBulk(run, look.theta)),
  )
  const path = out ?? join(run, 'report.html')
  try {
    writeFileSync(path, html)
  } catch (cause) {
    throw new InsituError('RECORD', `${path} cannot be written`, { cause, hint: 'choose another place with --out' })
  }
  return path
}
