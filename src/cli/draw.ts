import { existsSync, readFileSync } from 'node:fs'
import { formatDof } from '../../devices/lattice/index.ts'
import { InsituError } from '../errors.ts'
import { latticeSvg, withUnit } from '../report/lattice.ts'
import type { Console } from './console.ts'
import { COLOURS } from './draw/colours.ts'
import { type Drawn, drawn } from './draw/drawn.ts'
import { type Load, readLoads, withLoads } from './draw/loads.ts'
import { type Solved, type Strain, solve } from './draw/solve.ts'
import { type Bonds, bondsOf } from './draw/stiffness.ts'
import { checkPlace, writeText } from './files.ts'

export interface DrawArguments {
  readonly what: string
  readonly out?: string | undefined
  readonly colour: string
  /** Forces as '11.y=-49mN': on the lattice, and of the work whose gradient is shown. */
  readonly loads: readonly string[]
  readonly adjoint?: readonly string[]
  /** Stiffness of every bond. */
  readonly k?: string | undefined
  readonly strain?: string | undefined
  readonly dark: boolean
}

/** Tells our own pictures from what else lies under their names. */
const MARK = '<!-- insitu draw -->'

/** Draws a lattice into an SVG file; resolves to what is told to programs. */
export async function drawCommand(args: DrawArguments, console: Console) {
  if (!Object.hasOwn(COLOURS, args.colour)) throw unknown('--colour', Object.keys(COLOURS), args.colour)
  if (args.adjoint !== undefined && args.adjoint.length > 0 && args.colour !== 'gradient')
    throw new InsituError('CONFIG', `--adjoint says what the gradient is of, but --colour is ${args.colour}`, {
      hint: 'add --colour gradient, or leave --adjoint out',
    })
  const subject = drawn(args.what)
  const { file, replaced } = place(subject.file, args.out)
  const loads = await readLoads(args.loads, subject.geometry, '--load')
  const adjoint = await readLoads(args.adjoint ?? [], subject.geometry, '--adjoint')
  const strain = strainOf(args, subject)
  const bonds = await bondsOf(subject, args.k)
  const solved = loads.length === 0 ? undefined : deformed(subject, bonds, loads, adjoint, strain)
  // A lattice that nobody said anything about has no stiffness to show until it is needed.
  const known = subject.isRun || args.k !== undefined || solved !== undefined
  const shown = COLOURS[args.colour]({ stiffness: known ? (bonds?.shown ?? {}) : {}, solved, load: example(subject) })
  const picture = {
    ...withLoads(subject.picture, loads, adjoint),
    ...shown,
    ...(solved !== undefined && { displacement: solved.displacement }),
  }
  const nodes = picture.x.length
  const count = picture.bonds.length / 2
  const title = `${subject.picture.name}: ${nodes} nodes, ${count} bonds`
  const subtitle = solved === undefined || bonds === undefined ? undefined : caption(bonds, strain, adjoint)
  const svg = latticeSvg(picture, {
    title,
    theme: args.dark ? 'dark' : 'light',
    ...(subtitle !== undefined && { subtitle }),
  })
  writeText(file, `${MARK}\n${svg}`, '--out')
  const largest = solved && furthest(subject, solved)
  for (const note of [subject.note, solved && subject.caution, subtitle]) if (note !== undefined) console.say(note)
  if (largest !== undefined)
    console.say(`node ${largest.node} moves furthest, by ${withUnit(largest.displacement, 'm')}`)
  console.say(`picture ${file}${replaced ? ' (replaced)' : ''}`)
  return { file, nodes, bonds: count, ...(largest !== undefined && { largest }) }
}

function deformed(
  { geometry }: Drawn,
  bonds: Bonds | undefined,
  loads: readonly Load[],
  adjoint: readonly Load[],
  strain: Strain,
): Solved {
  if (bonds !== undefined) return solve({ geometry, stiffness: bonds.values, loads, adjoint, strain })
  throw new InsituError('CONFIG', 'the run has recorded no stiffness yet, so loads cannot deform it', {
    hint: 'give every bond the same stiffness, e.g. --k 137.5',
  })
}

function strainOf({ strain, loads }: DrawArguments, subject: Drawn): Strain {
  if (strain === undefined) return subject.strain
  if (strain !== 'linear' && strain !== 'finite') throw unknown('--strain', ['linear', 'finite'], strain)
  if (loads.length > 0) return strain
  throw new InsituError('CONFIG', '--strain says how loads deform the lattice; none is given', {
    hint: `add --load ${example(subject)}`,
  })
}

/** What the picture rests on, in one line. */
function caption({ source }: Bonds, strain: Strain, adjoint: readonly Load[]): string {
  const works = adjoint.map(({ dof, load }) => `${withUnit(load, 'N')} on ${formatDof(dof)}`)
  return [
    source,
    strain === 'linear' ? 'small displacements' : 'finite strain',
    ...(works.length === 0 ? [] : [`L = minus the work of ${works.join(' and ')}`]),
  ].join('; ')
}

/** The node that moves most, and by how much, m. */
function furthest({ geometry }: Drawn, { displacement }: Solved) {
  let [at, most] = [0, 0]
  for (let node = 0; node < geometry.nodes.length; node++) {
    const moved = Math.hypot(displacement[2 * node], displacement[2 * node + 1])
    if (moved > most) [at, most] = [node, moved]
  }
  return { node: geometry.nodes[at].name, displacement: most }
}

/** A load that this lattice could take: on its first input, or else on its last free node. */
function example({ picture, geometry }: Drawn): string {
  const [input] = picture.inputs ?? []
  const pins = new Set(picture.pins)
  const free = geometry.nodes.findLastIndex((_, node) => !pins.has(node))
  const { node, axis } = input ?? { node: Math.max(0, free), axis: 'y' }
  return `${geometry.nodes[node].name}.${axis}=-49mN`
}

function unknown(option: string, known: readonly string[], given: string): InsituError {
  return new InsituError('CONFIG', `${option} must be one of ${known.join(', ')}, got "${given}"`)
}

/** Where the picture goes: over a file that is there only if the user named it or it is an earlier picture. */
function place(usual: string, out: string | undefined) {
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
  checkPlace(file, '--out')
  return { file, replaced }
}

function isOurs(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').startsWith(MARK)
  } catch {
    return false
  }
}
