import type { DataSheet } from '../contract/sheet.ts'
import type {
  ConfusionEvent,
  EvaluationEvent,
  HealthEvent,
  LinkEvent,
  ReferenceEvent,
  RunRecord,
  StepsEvent,
} from '../run/index.ts'
import { eventsOf } from '../run/index.ts'
import { charts, referenceName } from './charts.ts'
import type { Picture } from './experiment.ts'
import { escapeText, facts, section, show } from './html.ts'
import { pictureOf } from './lattice.ts'
import { latticeFigures } from './lattice-section.ts'
import { matrix } from './matrix.ts'
import { banksTable } from './sheet.ts'
import { STYLE } from './style.ts'
import { waveFigures } from './wave-section.ts'

/**
 * The report of a run: one HTML page without script that needs nothing from anywhere. `thetas` are the parameters at each
 * look at the training rows, `waves` pictures of waves that the caller made of them.
 */
export function reportHtml(
  run: RunRecord,
  thetas: readonly Float64Array[],
  { waves = [] }: { readonly waves?: readonly Picture[] } = {},
): string {
  const { start } = run
  const steps = eventsOf<StepsEvent>(run, 'steps')
  const looks = eventsOf<EvaluationEvent>(run, 'evaluation')
  const reference = eventsOf<ReferenceEvent>(run, 'reference').at(-1)
  const confusion = eventsOf<ConfusionEvent>(run, 'confusion').at(-1)
  const link = eventsOf<LinkEvent>(run, 'link').at(-1)
  const health = eventsOf<HealthEvent>(run, 'health').at(-1)
  const task = String(start.arguments.task ?? start.command)
  const cost = typeof start.settings.cost === 'string' ? start.settings.cost : undefined
  const curves = charts({ sheet: start.sheet, cost, steps, looks, reference, thetas })
  const lookedAt = looks.filter((look) => look.set === 'train').map((look) => look.step)
  const lattice = latticeFigures(start.sheet, thetas, lookedAt)
  const wave = waveFigures(start.sheet, thetas, lookedAt, waves)
  const parts = [
    header(run, task, health?.warning),
    tiles(run, steps, looks, reference),
    ...(curves === '' ? [] : [section('Curves', `<div class="grid">${curves}</div>`)]),
    ...(lattice === undefined ? [] : [section('Lattice', `<div class="grid">${lattice}</div>`)]),
    ...(wave === undefined ? [] : [section('Wave field', `<div class="grid">${wave}</div>`)]),
    ...(confusion === undefined
      ? []
      : [section('Confusion', `<div class="grid">${matrices(confusion, looks, reference)}</div>`)]),
    section('Settings', card(facts(Object.entries(start.settings)))),
    section('Machine', card(facts(machine(run))), card(banksTable(start.sheet))),
    ...(health === undefined
      ? []
      : [section('Health before training, without imperfections', card(facts(healthRows(health))))]),
    ...(link === undefined ? [] : [section('Link', card(facts(Object.entries(link.counters))))]),
    section('Provenance', card(facts(provenance(run)))),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(task)} on ${escapeText(start.sheet.machine)}</title><style>${STYLE}</style></head>
<body><main>${parts.join('\n')}
<footer>Made by insitu ${escapeText(start.provenance.versions.insitu ?? '')} from ${escapeText(start.id)}.</footer></main></body></html>
`
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

const card = (content: string) => `<div class="card">${content}</div>`

function header(run: RunRecord, task: string, warning: string | undefined): string {
  const { sheet, startedAt } = run.start
  const reason =
    run.stop?.reason ?? (run.state === 'running' ? 'it is still running' : 'its program ended without a word')
  return `<header><h1>${escapeText(task)} on ${escapeText(sheet.machine)} <span class="badge ${run.state}">${run.state}</span></h1>
<p class="sub">${escapeText(sheet.kind)}: ${escapeText(sheet.identity)}</p>
<p class="sub">${escapeText(startedAt.slice(0, 19).replace('T', ' '))} UTC; ${escapeText(reason)}</p>${warning === undefined ? '' : `\n<p class="sub fail">Warning: ${escapeText(warning)}</p>`}</header>`
}

function tiles(
  run: RunRecord,
  steps: readonly StepsEvent[],
  looks: readonly EvaluationEvent[],
  reference: ReferenceEvent | undefined,
): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const test = looks.filter((look) => look.set === 'test').at(-1)
  const last = run.events.at(-1)
  const reads = Number(run.stop?.metrics.reads ?? steps.at(-1)?.reads ?? 0)
  const seconds = Number(run.stop?.metrics.seconds ?? last?.t ?? 0)
  const list: (readonly [string, string])[] = [
    ...(test === undefined ? [] : [[percent(test.accuracy), 'test accuracy'] as const]),
    ...(reference === undefined ? [] : [[percent(reference.accuracy), referenceName(reference)] as const]),
    ...(test?.energyPerImage === undefined
      ? []
      : [[`${show(1e6 * test.energyPerImage)} uJ`, 'an image, by the declared model'] as const]),
    [reads.toLocaleString('en'), 'reads'],
    [`${show(seconds)} s`, 'training time'],
    [seconds > 0 ? Math.round(reads / seconds).toLocaleString('en') : '-', 'reads per second'],
  ]
  return `<div class="tiles">${list.map(([value, name]) => `<div class="tile"><b>${escapeText(value)}</b><span>${escapeText(name)}</span></div>`).join('')}</div>`
}

function matrices(
  { classes, counts }: ConfusionEvent,
  looks: readonly EvaluationEvent[],
  reference: ReferenceEvent | undefined,
): string {
  const test = looks.filter((look) => look.set === 'test').at(-1)
  return [
    matrix('The machine', classes, counts, test?.accuracy ?? 0),
    ...(reference === undefined
      ? []
      : [matrix(capital(referenceName(reference)), classes, reference.counts, reference.accuracy)]),
  ].join('\n')
}

/** A pure number has the unit "1", which reads like a figure. */
const inUnit = ({ unit }: { readonly unit: string }) => (unit === '1' ? '' : ` ${unit}`)

function machine({ start }: RunRecord): (readonly [string, unknown])[] {
  const { sheet, device } = start
  const { drive, sense } = sheet
  return [
    ['asked for as', device],
    ['drive', `${drive.width} x ${show(drive.min)} to ${show(drive.max)}${inUnit(drive)}`],
    ['sense', `${sense.width} x ${show(sense.min)} to ${show(sense.max)}${inUnit(sense)}`],
    ['sense step', `${show(sense.step)}${inUnit(sense)}`],
    ['sense noise', `${show(sense.noise)}${inUnit(sense)}`],
    ['time per slot', `${show(sheet.slotSeconds)} s`],
    ['repeatable', sheet.repeatable],
    ...Object.entries(sheet.settings).map(([name, value]) => [name, drawn(sheet, name) ?? value] as const),
  ]
}

/** Numbers of a look before training; one that has no end was not reached. */
function healthRows({ health }: HealthEvent): (readonly [string, unknown])[] {
  return Object.entries(health).map(([name, value]) => [name, value ?? 'beyond what was looked at'])
}

/** A geometry in words; its coordinates are in the pictures. */
function drawn(sheet: DataSheet, setting: string): string | undefined {
  const picture = setting === 'geometry' ? pictureOf(sheet) : undefined
  return picture && `${picture.name}, ${picture.x.length} nodes, ${picture.bonds.length / 2} bonds`
}

function provenance({ start, stop, events, torn, path }: RunRecord): (readonly [string, unknown])[] {
  const { git, versions, host } = start.provenance
  return [
    ['run', path],
    ['arguments', start.arguments],
    ['seeds', start.seeds],
    ...Object.entries(versions),
    [
      'git',
      git === null ? 'not from a working copy' : `${git.revision}${git.dirty ? ', with uncommitted changes' : ''}`,
    ],
    ['host', host],
    ['events', events.length],
    ...(torn > 0 ? [['unfinished bytes left out', torn] as const] : []),
    ['stopped', stop?.stoppedAt ?? 'not yet'],
  ]
}
