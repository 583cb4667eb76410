import { InsituError } from '../../src/errors.ts'
import { compute } from './compute.ts'
import { core } from './core.ts'
import { corePaths } from './core-paths.ts'
import { coreTraining } from './core-training.ts'
import { imager } from './imager.ts'
import { lattice } from './lattice.ts'
import { link } from './link.ts'
import { network } from './network.ts'
import { kept, type Part, type Ratio, type Result } from './part.ts'
import { training } from './training.ts'
import { wave } from './wave.ts'

/** Every part of the bench, in order; a new one is added here. */
const parts: readonly Part[] = [compute, training, link, lattice, wave, core, corePaths, coreTraining, network, imager]

const USAGE = `npm run bench -- [part ...] [--short] [--json]
${parts.map((part) => `  ${part.name.padEnd(10)} ${part.about}`).join('\n')}
Rates are per CPU second. Quote ratios, not rates. Exit code 1 if a ratio misses its bar; the short form shows that every
part still runs and is too noisy to be judged, so it names misses and exits with 0.`

function bar({ least, most }: Ratio): string {
  if (least !== undefined) return `bar >= ${least}`
  return most === undefined ? '' : `bar <= ${most}`
}

function table({ part, rows, ratios, skipped }: Result): string {
  return [
    `\n${part}`,
    ...rows.map(({ name, rate, unit }) => `  ${name.padEnd(38)} ${rate.toPrecision(3).padStart(9)} ${unit}`),
    ...ratios.map(
      (r) => `  ${r.name.padEnd(52)} ${r.value.toPrecision(3).padStart(8)}  ${bar(r)}${kept(r) ? '' : '  MISSED'}`,
    ),
    ...skipped.map((reason) => `  left out: ${reason}`),
  ].join('\n')
}

async function main(args: readonly string[]): Promise<number> {
  const flags = args.filter((arg) => arg.startsWith('--'))
  const names = args.filter((arg) => !arg.startsWith('--'))
  if (flags.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const unknown = [
    ...flags.filter((f) => f !== '--short' && f !== '--json'),
    ...names.filter((n) => !parts.some((p) => p.name === n)),
  ]
  if (unknown.length > 0) throw new InsituError('CONFIG', `bench: unknown ${unknown.join(', ')}\n${USAGE}`)
  const json = flags.includes('--json')
  const results: Result[] = []
  for (const part of parts) {
    if (names.length > 0 && !names.includes(part.name)) continue
    for (const result of await part.run({ short: flags.includes('--short') })) {
      results.push(result)
      if (!json) console.log(table(result))
    }
  }
  const missed = results.flatMap((result) => result.ratios).filter((ratio) => !kept(ratio))
  if (json) console.log(JSON.stringify({ node: process.version, results, missed }))
  if (missed.length === 0) return 0
  console.error(`${missed.length} of the bars missed: ${missed.map(({ name }) => name).join('; ')}`)
  return flags.includes('--short') ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
