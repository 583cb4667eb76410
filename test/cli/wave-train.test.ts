import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { irisWave } from '../../src/cli/tasks/iris-wave.ts'
import { xorWave } from '../../src/cli/tasks/xor-wave.ts'
import { type TrainArguments, trainCommand } from '../../src/cli/train/train.ts'
import { type EvaluationEvent, eventsOf, newestCheckpoint, readBulk, readRun } from '../../src/run/index.ts'
import { hasPty } from '../bench-boards/tools.ts'
import { quiet } from './quiet.ts'
import { scratch } from './tools.ts'

const args: TrainArguments = {
  task: 'iris',
  device: 'sim:wave-field',
  rule: undefined,
  calibrate: 'none',
  set: {},
  seed: 42,
  reads: undefined,
  seconds: Number.POSITIVE_INFINITY,
  runs: scratch(),
}

/** Trains in this process; what was said and what the record holds. */
async function train(changes: Partial<TrainArguments>) {
  const console = quiet()
  const result = await trainCommand({ ...args, ...changes }, console)
  const run = readRun(result.run)
  const looks = eventsOf<EvaluationEvent>(run, 'evaluation')
  return { result, run, looks, said: console.said, thetas: looks.map((look) => readBulk(run.path, look.theta)) }
}

describe('iris on a lattice of oscillators', () => {
  it('is learned by echoes, and the record holds what the machine holds, which the rule never read', async () => {
    const { result, run, looks, thetas, said } = await train({ reads: 4000 })
    // Chance is 0.33, and a lattice of equal sites that was never trained gets 0.07 of these flowers.
    expect(result.testAccuracy).toBeGreaterThan(0.9)
    expect(result.referenceAccuracy).toBeGreaterThan(0.9)
    expect(said[0]).toBe('simulator: wave-field, phi-4, ideal, field 42')
    const [first, last] = [thetas[0], thetas[thetas.length - 1]]
    expect(first).not.toEqual(irisWave.start(42))
    expect(last).not.toEqual(first)
    expect(newestCheckpoint(run.path)?.theta).toEqual(last)
    expect(looks.at(-1)).toMatchObject({ set: 'test', accuracy: result.testAccuracy })
    const returned = run.events.flatMap((event) => (event.kind === 'steps' ? [event.data.returnError] : []))
    const known = returned.filter((error): error is number => error !== undefined)
    expect(known.length).toBeGreaterThanOrEqual(40)
    expect(Math.max(...known)).toBeLessThan(1e-13)
    const html = readFileSync(join(run.path, 'report.html'), 'utf8')
    for (const words of ['Return error', 'what training changed', 'out and back', 'Health before training'])
      expect(html).toContain(words)
  })

  it('goes on with its losses, and says what a wave too long for its steps would cost before it fails', async () => {
    const lossy = await train({ reads: 400, set: { loss: '1e-2', mirrorPhase: '2 mrad' } })
    const errors = lossy.run.events.flatMap((event) => (event.kind === 'steps' ? [Number(event.data.returnError)] : []))
    expect(Math.max(...errors.filter(Number.isFinite))).toBeGreaterThan(1e-3)
    expect(lossy.result).not.toHaveProperty('warning')
    const console = quiet()
    const failed = trainCommand({ ...args, set: { dt: '2.5' } }, console)
    await expect(failed).rejects.toMatchObject({ code: 'INVALID_READING' })
    expect(console.said.join('\n')).toMatch(
      /warning: a wave of 10 runs beyond its reversal horizon of [345]\.\d+: its steps/,
    )
  })
})

describe('XOR on an array of cavities', () => {
  it('is learned, and the health of the field is told to programs', async () => {
    const { result, thetas } = await train({ task: 'xor', reads: 1200 })
    expect(result.testAccuracy).toBe(1)
    expect(result.health?.horizon).toBeGreaterThan(100)
    expect(result.health?.returnError).toBeLessThan(5e-12)
    expect(thetas.at(-1)).not.toEqual(xorWave.start(42))
  })
})

describe.skipIf(!hasPty())('a field behind a pseudo-terminal', () => {
  it('gives the same numbers as in this process, bit by bit', async () => {
    const short = { task: 'xor', reads: 160 }
    const [here, there] = [await train(short), await train({ ...short, device: 'board:wave-field' })]
    expect(there.thetas).toEqual(here.thetas)
    expect(there.looks.map(({ cost }) => cost)).toEqual(here.looks.map(({ cost }) => cost))
    expect(there.said[0]).toMatch(/^emulated firmware: wave-field, kerr-cavities, ideal, field 42, on serial:/)
  })
})

describe('a field that cannot be trained as asked', () => {
  it.each([
    ['a task without a form', { task: 'digits' }, 'CONFIG', /no form for a wave field; nothing was opened/],
    ['an unknown preset', { device: 'sim:wave-field:gold' }, 'CONFIG', /preset must be one of ideal, published/],
    ['the same for a board', { device: 'board:wave-field:gold' }, 'CONFIG', /preset must be one of ideal/],
    ['an unknown setting', { set: { gain: '2' } }, 'CONFIG', /wave-field: there is no setting "gain"/],
    ['a setting out of range', { set: { mass: '-1' } }, 'CONFIG', /mass = -1 is -1, outside \[1e-9/],
    ['a setting of another unit', { set: { mirrorPhase: '2 mm' } }, 'UNITS', /mirrorPhase "2 mm": it is in mm/],
    ['steps that do not fit', { set: { dt: '0.3' } }, 'CONFIG', /a frame of 10 must be a whole number of steps of 0.3/],
    ['a rule it does not have', { rule: 'mgd-on-chip' }, 'CAPABILITY', /does not run a learning rule itself/],
  ] as const)('%s', async (_what, changes, code, message) => {
    await expect(train(changes)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})
