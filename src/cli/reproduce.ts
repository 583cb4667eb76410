import type { ExperimentPage, Figure } from '../report/experiment.ts'
import { systemClock } from './clock.ts'
import type { Console } from './console.ts'
import type { Experiment } from './experiments/experiment.ts'
import { EXPERIMENTS, findExperiment } from './experiments/index.ts'
import { describeError, EXIT } from './failure.ts'
import { checkFolder, checkPlace, writeText } from './files.ts'
import { metricLines } from './metrics-text.ts'

export interface ReproduceArguments {
  readonly words: readonly string[]
  readonly seed: number
  readonly length: 'full' | 'short'
  /** Where to write a page with the figures. */
  readonly report?: string
  /** Folder for the figures as PNG files. */
  readonly png?: string
}

/** The last line of `reproduce --json`. */
export interface ReproduceResult {
  readonly experiment: string
  readonly seed: number
  readonly settings: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, unknown>>
  readonly source: string
  readonly seconds: number
}

/** Runs one experiment; its settings, and the place of its page, are checked before anything starts. */
export async function reproduce(name: string, args: ReproduceArguments, console: Console): Promise<ReproduceResult> {
  const { source, summary, prepare } = findExperiment(name)
  const { settings, run } = await prepare(args.words, args.length)
  if (args.report !== undefined) checkPlace(args.report, '--report')
  if (args.png !== undefined) checkFolder(args.png, '--png')
  console.say(`${name} on the simulator, seed ${args.seed}`)
  const began = systemClock.monotonic()
  const figures: Figure[] = []
  const metrics = await run({
    seed: args.seed,
    progress: (line) => console.progress(line),
    figure: (figure) => figures.push(figure),
  })
  const seconds = systemClock.monotonic() - began
  for (const line of metricLines(metrics)) console.say(line)
  console.say(`  to compare with: ${source}`)
  console.say(`  ${seconds.toFixed(1)} s`)
  if (args.report !== undefined) {
    const { seed } = args
    await writePage(args.report, { name, summary, source, seed, settings, metrics, seconds, figures }, console)
  }
  if (args.png !== undefined) await writePngs(args.png, figures, console)
  return { experiment: name, seed: args.seed, settings, metrics, source, seconds }
}

/** As with the page. */
async function writePngs(folder: string, figures: readonly Figure[], console: Console): Promise<void> {
  try {
    const { writeFigures } = await import('./figure-files.ts')
    const names = await writeFigures(folder, figures)
    console.say(names.length === 0 ? '  this experiment has no figures' : `  ${names.length} images in ${folder}`)
  } catch (error) {
    console.complain(describeError(error))
    process.exitCode = EXIT.failed
  }
}

/** A page that cannot be written costs nobody the result: it is complained about, and the exit code says so. */
async function writePage(file: string, page: ExperimentPage, console: Console): Promise<void> {
  try {
    const { experimentHtml } = await import('../report/experiment.ts')
    writeText(file, experimentHtml(page), '--report')
    console.say(`  report ${file}`)
  } catch (error) {
    console.complain(describeError(error))
    process.exitCode = EXIT.failed
  }
}

/** Every experiment, one after another. */
export async function reproduceAll(args: ReproduceArguments, console: Console): Promise<undefined> {
  for (const { name } of EXPERIMENTS) console.result(await reproduce(name, args, console))
}

/** The experiments there are, with or without their settings. */
export function list(): string {
  const width = Math.max(...EXPERIMENTS.map(({ name }) => name.length))
  return EXPERIMENTS.map(({ name, summary }) => `  ${name.padEnd(width)} ${summary}`).join('\n')
}

/** Help of one experiment: every setting, its default and meaning. */
export async function explain({ name, summary, source, settings, prepare }: Experiment): Promise<string> {
  const short = (await prepare([], 'short')).settings
  const rows = Object.entries(settings).map(([key, setting]) => {
    const usual = setting.write(setting.default)
    const brief = short[key] === usual ? '' : ` (${short[key]} with --short)`
    return `  ${`${key}=${usual}`.padEnd(26)} ${setting.meaning}${brief}\n${' '.repeat(29)}${setting.form}`
  })
  return `${name}: ${summary}\n\nSettings, each changed with --set key=value:\n${rows.join('\n')}\n\nTo compare with: ${source}\n`
}
