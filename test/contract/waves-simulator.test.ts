import { afterAll, describe, it } from 'vitest'
import { IDEAL_WAVES } from '../../devices/wave-field/index.ts'
import { type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import { contract, type LawOptions } from '../../src/testing/index.ts'
import { MACHINES } from '../sim/wave-machines.ts'
import { QUARTIC } from '../sim/wave-quartic.ts'

const runner = { describe, it, afterAll }
/** Laws drive over the whole range: waves of that size keep to their horizon. */
const converters = { ...IDEAL_WAVES, drive: { min: -0.5, max: 0.5, step: 0 } }
/** Machines of these ports have no codes, loads or board of their own; what is left out is said once, of the first. */
const quiet = { skipped: () => {} }

const waves = (name: string, options: WaveOptions, laws: LawOptions & { skipped?: () => void } = quiet) =>
  contract(
    `wave field: ${name}`,
    () => waveSimulator({ converters, maxSlots: 64, maxFrames: 16, ...options }),
    runner,
    laws,
  )

waves('phi-4 chain', MACHINES.chain, {})
waves('cavities that learn', MACHINES.cavities)
waves('plane that learns on sites', {
  ...MACHINES['learning chain'],
  field: { kind: 'phi-4', rows: 3, columns: 4, learn: 'sites' },
})
waves('Schroedinger field', { ...MACHINES['moving potential'], field: { kind: 'schrodinger', rows: 2, columns: 8 } })
waves('moving potential that learns', MACHINES['moving potential'], {
  ...quiet,
  // The second echo of a pair meets what the first has moved, which is off in proportion to the injection.
  echo: { injection: 2 ** -16 },
})
waves('combs that learn', MACHINES.combs)
waves('field of one’s own', QUARTIC)

waves(
  'chain of the bench that learns',
  { ...MACHINES['learning chain'], time: 2, preset: 'bench', theta: { min: 0.5, max: 1.5, step: 0, safe: 1 } },
  {
    ...quiet,
    // A loss of 0.1 % per unit of time over three frames of 2 out and back, and a mirror off by 0.2 %; readings to 1e-4.
    echo: { injection: 2 ** -5, returns: 0.02, relative: 0.05 },
    spread: 0.2,
    repeats: 32,
  },
)
waves(
  'chain of converters',
  {
    ...MACHINES.chain,
    converters: {
      drive: { min: -0.5, max: 0.5, step: 2 ** -12 },
      sense: { min: -4, max: 4, step: 2 ** -13 },
      injection: { min: -1, max: 1, step: 2 ** -12 },
      local: { min: 0, max: 64, step: 2 ** -12 },
    },
    theta: { min: 0.5, max: 1.5, step: 2 ** -12, safe: 1 },
  },
  // Steps of the readings over differences of parameters and over injections.
  { ...quiet, echo: { injection: 0.25, relative: 0.02, returns: 1e-3 }, spread: 0.3 },
)
waves(
  'lossy cavities that learn',
  { ...MACHINES.cavities, imperfections: { loss: 1e-5, disorder: 0.03 } },
  {
    ...quiet,
    // The learning field comes back off by the loss, which an injection must stand above.
    echo: { injection: 2 ** -6, returns: 1e-3, relative: 0.05 },
  },
)
