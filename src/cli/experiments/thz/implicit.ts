import { InsituError } from '../../../errors.ts'
import { type Example, type Implicit, trainImplicit } from '../../../imaging/network/implicit.ts'
import { settle, settling, settlingMap, slopesAtRest } from '../../../imaging/network/settle.ts'
import { type Score, score } from '../../../imaging/score.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { imagePanels } from '../../../report/imager/image-panels.ts'
import { openScene, scene } from '../../scene.ts'
import { type Context, experiment } from '../experiment.ts'
import { choice, real, text, type Values, whole } from '../settings.ts'
import { believed, measured, type Placed, placed, planes } from './image-case.ts'
import { makeImages } from './image-methods.ts'
import { IMAGER_SETTINGS } from './image-settings.ts'
import { numberList } from './lists.ts'
import { orderedPatterns } from './pattern-setting.ts'

const SETTINGS = {
  object: scene('F', 'what is imaged after the training'),
  examples: text('E,H,L,T,U,C', 'names of scenes with commas between them', 'what is known while training'),
  ...IMAGER_SETTINGS,
  grid: whole(32, 'pixels of a side of pattern and image', 4),
  pitchUm: real(80, 'distance of neighbouring pixels, um', 1e-3),
  samplingRatio: real(1 / 16, 'patterns over pixels'),
  noise: real(0.01, 'noise of a value over the deviation of the values (without the even pattern)'),
  contraction: numberList([0.5, 0.8, 0.95], 'bounds of the map, below 1; each is trained and compared', {
    above: true,
  }),
  neumannTerms: whole(0, 'terms of the Neumann series in the gradient; 0 is Jacobian-free backpropagation', 0),
  epochs: whole(10, 'passes over the examples'),
  rate: real(0.01, 'rate of Adam'),
  channels: whole(8, 'of the network inside, a multiple of four', 4),
  gradients: choice(['compare', 'skip'], 'compare', 'whether the gradient is compared with the exact one'),
}

/** One contraction: what was learned, and how good its image and its gradients are. */
interface Learned {
  readonly contraction: number
  readonly trained: Implicit
  readonly image: Float64Array
  readonly found: Score
  readonly stopped: string
  readonly cosines: readonly number[]
  readonly cpuSeconds: number
}

export const thzImplicit = experiment({
  name: 'thz-implicit',
  summary:
    'a regulariser of images learned by Jacobian-free backpropagation, and how near its gradient is to the exact one',
  source:
    'Liu, Tong, Zhao et al., arXiv 2402.02065; with programs of our own, on other networks: cosine to the exact gradient .97, .90, .89 for contractions by .5, .8, .95, and .998, .985, .980 with one term of the Neumann series',
  settings: SETTINGS,
  short: { grid: 16, pitchUm: 160, fineness: 2, samplingRatio: 1 / 4, examples: 'E,L', contraction: [0.8], epochs: 2 },
  async run(settings, context) {
    const { grid, samplingRatio, order, index, reconstruct } = { ...settings, reconstruct: believedIn(settings) }
    const patterns = orderedPatterns(order, grid, Math.max(1, Math.round(samplingRatio * grid * grid)))
    const one = async (name: string, n: number): Promise<{ readonly example: Example; readonly at: Placed }> => {
      const at = placed(await openScene(name.trim(), grid * settings.pitchUm * 1e-6), settings)
      const seed = childSeed(context.seed, STREAM.thzNoise, n)
      const measurement = await measured(settings, at, patterns, { noise: settings.noise }, seed)
      return { example: { measurement, truth: at.truth }, at }
    }
    const { example: own, at } = await one(settings.object, 0)
    const examples: Example[] = []
    for (const [n, name] of settings.examples.split(',').entries()) examples.push((await one(name, n + 1)).example)
    const model = believed(settings, index)
    const [inverse] = await makeImages('pinv', own.measurement, model, {}, [context.seed])
    const plain = score(inverse.image, at.truth, model)
    const all: Learned[] = []
    for (const contraction of settings.contraction) all.push(await reconstruct(contraction, examples, own, context))
    draw(all, plain, at, settings, context)
    const by = (of: (learned: Learned) => unknown) =>
      Object.fromEntries(all.map((learned) => [String(learned.contraction), of(learned)]))
    return {
      psnrDb: by(({ found }) => found.psnrDb),
      ssim: by(({ found }) => found.ssim),
      pinv: { psnrDb: plain.psnrDb, ssim: plain.ssim },
      trainingError: by(({ trained }) => trained.error),
      applications: by(({ trained }) => trained.applied),
      measuredFactor: by(({ trained }) => trained.factor),
      stopped: by(({ stopped }) => stopped),
      ...(settings.gradients === 'compare' && {
        cosine: by(({ cosines }) => cosines[0]),
        cosineOneTerm: by(({ cosines }) => cosines[1]),
      }),
      cpuSeconds: by(({ cpuSeconds }) => cpuSeconds),
      patterns: patterns.count,
    }
  },
})

function believedIn(settings: Values<typeof SETTINGS>) {
  const model = believed(settings, settings.index)
  const { neumannTerms, epochs, rate, channels, gradients } = settings
  return async (
    contraction: number,
    examples: readonly Example[],
    own: Example,
    { seed, progress }: Context,
  ): Promise<Learned> => {
    if (channels % 4 !== 0)
      throw new InsituError('CONFIG', `thz-implicit: channels must be a multiple of four, got ${channels}`)
    const start = process.cpuUsage()
    const trained = await trainImplicit(examples, model, { contraction, neumannTerms, epochs, rate, channels, seed })
    const { image, stopped, iterations } = await trained.reconstruct(own.measurement, model)
    const { user, system } = process.cpuUsage(start)
    const found = score(image, own.truth, model)
    const cosines = gradients === 'compare' ? cosinesOf(trained, contraction, own, image, model) : []
    const near = cosines.map((value) => value.toFixed(3)).join(', with one term ')
    progress(
      `contraction ${contraction}: ${found.psnrDb.toFixed(1)} dB, SSIM ${found.ssim.toFixed(2)}, ${stopped} after ${iterations}${near && `; gradient to the exact one ${near}`}`,
    )
    return { contraction, trained, image, found, stopped, cosines, cpuSeconds: (user + system) / 1e6 }
  }
}

/** Cosines of the gradient with no term and with one to the one with so many that the rest is below a thousandth. */
function cosinesOf(
  { network, curvature }: Implicit,
  contraction: number,
  { measurement, truth }: Example,
  image: Float64Array,
  model: ReturnType<typeof believed>,
): readonly number[] {
  const law = settling(contraction)
  const map = settlingMap(measurement, model, network, curvature, law)
  const rest = image.slice()
  settle(map, rest, 1, 0)
  const off = rest.map((value, p) => value - truth[p])
  const gradient = (terms: number) => {
    slopesAtRest(map, network, law, off, terms)
    return Float64Array.from(network.layers.values.subarray(network.parameters, 2 * network.parameters))
  }
  const exact = gradient(Math.ceil(Math.log(1e-3) / Math.log(contraction)))
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, n) => sum + value * b[n], 0)
  return [0, 1].map((terms) => {
    const near = gradient(terms)
    return dot(near, exact) / Math.sqrt(dot(near, near) * dot(exact, exact))
  })
}

function draw(
  all: readonly Learned[],
  plain: Score,
  { truth }: Placed,
  settings: Values<typeof SETTINGS>,
  { figure }: Context,
): void {
  const { rows, columns } = planes(settings).image
  const panel = (name: string, data: Float64Array, found?: Score) => ({
    ...{ name, rows, columns, data },
    ...(found && { note: `${found.psnrDb.toFixed(1)} dB, SSIM ${found.ssim.toFixed(2)}` }),
  })
  figure(
    imagePanels({
      title: `Regularisers learned from ${settings.examples}`,
      images: [
        panel('object', truth),
        panel('inverse', plain.fitted, plain),
        ...all.map(({ contraction, found }) => panel(`learned, contraction ${contraction}`, found.fitted, found)),
      ],
    }),
  )
}
