import { traceWave, type WaveOptions, waveSimulator } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { cosine } from '../../../optim/schedule.ts'
import { draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { wavePicture } from '../../../report/wave.ts'
import { hamiltonianEcho } from '../../../rules/hamiltonian-echo.ts'
import { type LessonTable, shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { answers } from '../chip-run.ts'
import { type Context, experiment } from '../experiment.ts'
import { choice, real, type Values, whole } from '../settings.ts'
import { XOR_SIGNS } from './cavity.ts'
import { LOOK } from './cavity-xor.ts'
import { healthMetrics } from './health.ts'
import { costCurves, xorCost } from './xor-figures.ts'

const SETTINGS = {
  side: whole(4, 'sites of a side of the square lattice', 2),
  g: real(1, 'cubic term at every site'),
  learn: choice(['bonds', 'sites'], 'sites', 'which stiffness is the learning field'),
  time: real(20, 'how long a wave runs'),
  dt: real(0.1, 'step of the integrator'),
  amplitude: real(1.5, 'displacement of an input: plus or minus this'),
  bias: real(
    1,
    'displacement of a third site, the same for every row: without it a phi-4 field is odd and cannot learn XOR',
  ),
  target: real(0.3, 'wanted displacement of the output: plus or minus this'),
  rate: real(0.05, 'first rate of descent; it falls to a third along half a cosine'),
  form: choice(['averaged', 'simple'], 'averaged', 'two echoes with opposite signs, or one'),
  iterations: whole(4000, 'steps, each with one of the four rows'),
  seeds: whole(5, 'fields, each with its own start and order'),
} as const

export const echoWaveXor = experiment({
  name: 'echo-wave-xor',
  summary:
    'a lattice of nonlinear oscillators teaches itself XOR by echoes: nobody reads its springs or computes a gradient',
  source:
    'López-Pastor and Marquardt (2023), figure 7, trained a wave field; their settings and numbers are not public',
  settings: SETTINGS,
  short: { time: 10, iterations: 400, seeds: 2 },
  async run(settings, context) {
    const { seed, progress, figure } = context
    const runs: Awaited<ReturnType<typeof learnXor>>[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const run = await learnXor(settings, seed + r, context, r === 0)
      runs.push(run)
      progress(`field ${r + 1}/${settings.seeds}: largest miss ${(100 * run.worst).toFixed(1)} % of the target`)
    }
    figure(
      costCurves(
        'A field that learns XOR by itself',
        runs.map(({ costs }) => costs),
        settings.iterations,
      ),
    )
    return {
      successful: runs.filter(({ outputs }) => outputs.every((output) => output > 0)).length,
      within5Percent: runs.filter(({ worst }) => worst < 0.05).length,
      seeds: runs.length,
      worst: runs.map(({ worst }) => worst),
      outputs: runs.map(({ outputs }) => outputs),
      ...runs[0].health,
      costs: runs.map(({ costs }) => costs),
    }
  },
})

/** Inputs, bias and output sit on the four corners. */
function fieldOptions({ side, g, learn, time, dt }: Values<typeof SETTINGS>, seed: number): WaveOptions {
  const corner = (row: number, column: number) => `${row * (side - 1) * side + column * (side - 1)}.q`
  return {
    field: { kind: 'phi-4', rows: side, columns: side, g, learn },
    inputs: [corner(0, 0), corner(0, 1), corner(1, 0)],
    outputs: [corner(1, 1)],
    time,
    step: dt,
    theta: { min: 0, max: 4, step: 0, safe: 1 },
    seed,
    learning: { mass: 1, decay: 100 },
  }
}

/** Plus and minus on two sites, a bias on a third; plus wanted for equal signs. */
function table({ amplitude, bias, target }: Values<typeof SETTINGS>): LessonTable {
  return {
    rows: XOR_SIGNS.length,
    drive: Float64Array.from(XOR_SIGNS.flatMap(([a, b]) => [a * amplitude, b * amplitude, bias])),
    target: Float64Array.from(XOR_SIGNS, ([a, b]) => a * b * target),
  }
}

async function learnXor(settings: Values<typeof SETTINGS>, seed: number, context: Context, drawn: boolean) {
  const { rate, form, iterations } = settings
  const options = fieldOptions(settings, seed)
  const rows = table(settings)
  await using device = attach(waveSimulator(options))
  const theta = new Float64Array(device.sheet.banks[0].width)
  fillUniform(draws(seed, STREAM.initialValues), 0.5, 1.5, theta)
  await device.store(theta)
  const readings = new Float64Array(4)
  const costs: number[] = []
  const look = async () => {
    await answers(device, rows, readings)
    costs.push(xorCost(readings, rows.target))
  }
  await look()
  const rule = hamiltonianEcho({ rate: cosine(rate, iterations, rate / 3), form })
  for await (const { step } of train(rule, device, theta, shuffledLessons(rows, { seed }), { steps: iterations }))
    if (step % LOOK === 0 || step === iterations) await look()
  await device.echo.learning?.read(theta)
  if (drawn) {
    const wave = traceWave(options, theta, rows.drive.slice(0, 3), Float64Array.of(0.3))
    context.figure(
      wavePicture(wave, {
        title: 'One row after training, and its echo',
        note: 'The error injected here is large, so that its way back can be seen; in training it is far smaller.',
      }),
    )
  }
  const outputs = Array.from(readings, (value, row) => value / rows.target[row])
  const health = healthMetrics(options, theta, rows.drive.slice(0, 3), context)
  return { costs, outputs, health, worst: Math.max(...outputs.map((output) => Math.abs(output - 1))) }
}
