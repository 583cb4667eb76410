import type { Command } from 'commander'
import { perform } from '../output.ts'
import { collect } from '../words.ts'

interface Flags {
  readonly out?: string
  readonly colour: string
  readonly load?: readonly string[]
  readonly adjoint?: readonly string[]
  readonly k?: string
  readonly strain?: string
  readonly dark?: boolean
  readonly json?: boolean
}

export function addDraw(program: Command): void {
  program
    .command('draw')
    .summary('draw a lattice')
    .description(
      'Draws a lattice of springs as SVG: bonds coloured by their stiffness, pins, inputs, outputs and node names. Under loads, the simulator lets it settle and its deformed shape is drawn.',
    )
    .argument('<what>', 'a run directory, a JSON file with a lattice, or a built-in lattice')
    .option('--out <file>', 'where the picture goes; see below')
    .option('--colour <quantity>', 'what bonds are coloured by: stiffness, elongation or gradient', 'stiffness')
    .option('--load <node.axis=force>', 'apply a load, e.g. 11.y=-49mN; may be repeated', collect)
    .option('--adjoint <node.axis=force>', 'for the gradient: the load whose work is minus L; may be repeated', collect)
    .option('--k <stiffness>', 'stiffness of every bond, e.g. 137.5 (N/m) or 0.2N/mm')
    .option('--strain <kind>', 'linear (small displacements) or finite; as a run had it, otherwise linear')
    .option('--dark', 'on a dark background')
    .option('--json', 'the last line of stdout is one JSON object')
    .addHelpText('after', HELP)
    .action((what: string, flags: Flags) =>
      perform(flags, async (console) => {
        const { load: loads = [], json: _, dark = false, ...rest } = flags
        const { drawCommand } = await import('../draw.ts')
        return drawCommand({ what, loads, dark, ...rest }, console)
      }),
    )
}

const HELP = `
What is drawn:
  runs/<run>             the last recorded stiffness; goes to lattice.svg in the run
  <file>.json            a lattice of your own; goes to <file>.svg
  paper                  the 14 nodes of Li and Mao 2024; goes to paper.svg
  triangular:8x8         rows x columns nodes, the top row pinned; goes to triangular-8x8.svg
  honeycomb:4x4          rows x columns cells of six nodes; goes to honeycomb-4x4.svg

What bonds can be coloured by:
  stiffness              the last of a run; otherwise --k, or 137.5 N/m, the middle of the paper's bounds
  elongation             in um, under the loads; longer bonds are orange, shorter ones blue
  gradient               dL/dk of L = minus the work of the --adjoint load: where it is orange, a softer bond lowers L

A lattice of your own, lengths in m, cm or mm:
  {"unit": "mm", "nodes": {"a": [0, 0], "b": [16, 0], "c": [8, -14]},
   "bonds": [["a", "c"], ["b", "c"]], "pins": ["a", "b"], "inputs": ["c.y"], "outputs": ["c.x"]}

Examples:
  $ insitu draw paper
  $ insitu draw paper --load 11.y=-49mN --out loaded.svg
  $ insitu draw paper --load 11.y=-49mN --colour elongation --k 150
  $ insitu draw paper --load 11.y=-49mN --adjoint 13.y=-49mN --colour gradient --strain finite
  $ insitu draw bridge.json --dark
      Also checks the file: every fault is named, with the names you gave.
  $ insitu draw runs/2026-01-31T12-00-00-iris --load 11.y=-49mN
  $ insitu draw triangular:8x8 --json
      For programs: {"file":"triangular-8x8.svg","nodes":64,"bonds":161}`
