import type { RunRecord } from '../run/index.ts'
export function reportHtml(run: RunRecord): string {
  return run.path
}
