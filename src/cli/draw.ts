import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { InsituError } from '../errors.ts'
import { latticeSvg } from '../report/lattice.ts'
import type { Console } from './console.ts'
import { COLOURS } from './draw/colours.ts'
import { drawn } from './draw/drawn.ts'
import { withLoads } from './draw/loads.ts'

export interface DrawArguments {
  readonly what: string
  readonly out?: string | undefined
  readonly colour: string
  readonly loads: readonly string[]
  readonly dark: boolean
}

/** Tells our own pictures from what else lies under their names. */
const MARK = '<!-- insitu draw -->'

/** Draws a lattice into an SVG file; resolves to what is told to programs. */
export async function drawCommand(args: DrawArguments, console: Console) {
  const subject = drawn(args.what)
  const colour = COLOURS[args.colour]
  if (colour === undefined) {
    const known = Object.keys(COLOURS).join(', ')
    throw new InsituError('CONFIG', `--colour must be one of ${known}, got "${args.colour}"`)
  }
  const picture = { ...(await withLoads(subject.picture, args.loads)), ...colour(subject) }
  const nodes = picture.x.length
  const bonds = picture.bonds.length / 2
  const title = `${subject.picture.name}: ${nodes} nodes, ${bonds} bonds`
  const svg = latticeSvg(picture, { title, theme: args.dark ? 'dark' : 'light' })
  const { file, replaced } = save(`${MARK}\n${svg}`, subject.file, args.out)
  if (subject.note !== undefined) console.say(subject.note)
  console.say(`picture ${file}${replaced ? ' (replaced)' : ''}`)
  return { file, nodes, bonds }
}

/** Writes the file; over one that is there only if the user named it or an earlier picture is there. */
function save(text: string, usual: string, out: string | undefined) {
  const file = out ?? usual
  if (!/\.svg$/i.test(file)) {
    throw new InsituError('CONFIG', `--out must name an .svg file, got "${file}"`, {
      hint: 'rsvg-convert or a browser turns SVG into PNG or PDF',
    })
  }
  const replaced = existsSync(file)
  if (replaced && out === undefined && !isOurs(file)) {
    throw new InsituError('CONFIG', `${file} is there and is not a picture of ours; nothing was written`, {
      hint: `choose a name, or replace it on purpose: --out ${file}`,
    })
  }
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new InsituError('RECORD', `${file} cannot be written`, { cause, hint: 'choose another place with --out' })
  }
  return { file, replaced }
}

function isOurs(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').startsWith(MARK)
  } catch {
    return false
  }
}
