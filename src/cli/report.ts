import { join } from 'node:path'
import type { Picture } from '../report/experiment.ts'
import { reportHtml } from '../report/report.ts'
import { type EvaluationEvent, eventsOf, type RunRecord, readBulk, readRun } from '../run/index.ts'
import { writeText } from './files.ts'

/** Writes the HTML report of a run; resolves to its path. */
export async function writeReport(run: string, out?: string): Promise<string> {
  const record = readRun(run)
  const looks = eventsOf<EvaluationEvent>(record, 'evaluation').filter((look) => look.set === 'train')
  const thetas = looks.map((look) => readBulk(run, look.theta))
  const html = reportHtml(record, thetas, { waves: await wavesOf(record, thetas) })
  const path = out ?? join(run, 'report.html')
  writeText(path, html, '--out')
  return path
}

/** Pictures of what a run's field of waves does; none for other machines. */
async function wavesOf(record: RunRecord, thetas: readonly Float64Array[]): Promise<readonly Picture[]> {
  const theta = thetas.at(-1)
  if (record.start.sheet.machine !== 'wave-field' || theta === undefined) return []
  const { runWave } = await import('./wave-report.ts')
  return runWave(record, theta)
}
