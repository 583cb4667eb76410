import { join } from 'node:path'
import { reportHtml } from '../report/report.ts'
import { type EvaluationEvent, eventsOf, readBulk, readRun } from '../run/index.ts'
import { writeText } from './files.ts'

/** Writes the HTML report of a run; resolves to its path. */
export async function writeReport(run: string, out?: string): Promise<string> {
  const record = readRun(run)
  const looks = eventsOf<EvaluationEvent>(record, 'evaluation').filter((look) => look.set === 'train')
  const html = reportHtml(
    record,
    looks.map((look) => readBulk(run, look.theta)),
  )
  const path = out ?? join(run, 'report.html')
  writeText(path, html, '--out')
  return path
}
