import { afterAll, describe, it } from 'vitest'
import { PAPER_STIFFNESS, paperLattice, parseDof, triangularLattice } from '../../devices/index.ts'
import { LATTICE_PRESETS, type LatticeOptions, type LatticePreset, latticeSimulator } from '../../sim/index.ts'
import { contract, type LawOptions } from '../../src/testing/index.ts'

const runner = { describe, it, afterAll }

/** The paper's lattice with the ports of the iris task. */
const paper = (options: Partial<LatticeOptions> = {}) =>
  latticeSimulator({
    geometry: paperLattice(),
    inputs: ['14.y', '12.y', '13.y', '10.y'].map(parseDof),
    outputs: ['8.x', '2.x', '3.x'].map(parseDof),
    stiffness: PAPER_STIFFNESS,
    maxSlots: 256,
    ...options,
  })

const FAINT = 'within the paper’s bounds a perturbation moves less than ten times what the camera of 10 um adds'
const REMEMBERS = 'what this lattice carries over from load to load is what the preset is for'

/** Laws that say nothing about some presets, and what noise asks for. */
function optionsFor({ imperfections: { camera, height, creep, play, converters } }: LatticePreset): LawOptions {
  const faint = {
    'readings answer to the parameters, the drive and the perturbation': FAINT,
    'local readings answer to the parameters, the drive and the perturbation': FAINT,
  }
  const remembers = { 'a delta does not outlive its block': REMEMBERS, 'a load does not outlive its block': REMEMBERS }
  const memory = height.kind === 'dynamic' || creep !== undefined || play > 0
  return {
    skip: { ...(camera.noise > 0 && faint), ...(memory && remembers) },
    // Small effects of a parameter need large perturbations to stand out of noise or steps.
    ...((camera.noise > 0 || converters.sense.step > 0) && { spread: 0.6 }),
    ...(camera.noise > 0 && { repeats: 256 }),
  }
}

for (const [preset, made] of Object.entries(LATTICE_PRESETS) as [string, LatticePreset][])
  contract(`lattice, preset ${preset}`, () => paper({ preset }), runner, optionsFor(made))

contract(
  'lattice of soft and stiff bonds under a camera of 10 um',
  () => paper({ preset: 'camera', stiffness: { min: 10, max: 200, step: 0 } }),
  runner,
  { spread: 0.6, repeats: 256 },
)
contract(
  'triangular lattice 6x6 with grid, torn and stuck bonds',
  () =>
    latticeSimulator({
      geometry: triangularLattice(6, 6),
      inputs: ['6,3.y', '6,5.x'].map(parseDof),
      outputs: ['4,2.x', '5,4.y'].map(parseDof),
      stiffness: PAPER_STIFFNESS,
      maxSlots: 256,
      imperfections: { levels: 33, broken: [40], stuck: { 12: 150 } },
    }),
  runner,
)
