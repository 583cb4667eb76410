import type { Command } from 'commander'
import { perform } from '../output.ts'

export function addReport(program: Command): void {
  program
    .command('report')
    .summary('write the HTML report of a run')
    .description(
      'Reads a run directory, finished or not, and writes report.html into it: one file, no script, no network.',
    )
    .argument('<run>', 'a run directory, e.g. runs/2026-01-31T12-00-00-iris')
    .option('--out <file>', 'write it somewhere else')
    .option('--json', 'the last line of stdout is one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ insitu report runs/2026-01-31T12-00-00-iris
  $ insitu report runs/2026-01-31T12-00-00-iris --out iris.html`,
    )
    .action((run: string, flags: { readonly out?: string; readonly json?: boolean }) =>
      perform(flags, async (console) => {
        const { writeReport } = await import('../report.ts')
        const report = await writeReport(run, flags.out)
        console.say(`report ${report}`)
        return { run, report }
      }),
    )
}
