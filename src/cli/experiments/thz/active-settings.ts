import { sceneOf } from '../../../scenes/named.ts'
import { choice, real, type Setting, text, type Values, whole } from '../settings.ts'

export const ACTIVE_METHODS = ['random', 'fixed', 'greedy', 'gradient'] as const
export type ActiveMethod = (typeof ACTIVE_METHODS)[number]

/** Names separated by commas, each of which must be a scene; a slit's own commas are not for here. */
const objects: Setting<string> = {
  ...text(
    'F,H,O,star,slits:320,bars:240',
    'names of scenes with commas between them, like F,star,bars:240, or none',
    'scenes that stand in the beam, beside the drawn ones',
  ),
  async read(word) {
    for (const name of namesIn(word)) await sceneOf(name, 1)
    return word
  },
}

export function namesIn(word: string): readonly string[] {
  return word === 'none' ? [] : word.split(',')
}

const lengths: Setting<readonly number[]> = {
  form: 'lengths in pixels with commas between them, like 1.5 or 0.75,1.5,3',
  default: [1.5],
  meaning:
    'over what length neighbours are alike, pixels; several: each is one hypothesis, the readings tell which is right, and only then do later patterns depend on earlier readings',
  read(word) {
    const list = word.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    return list.every((n) => n > 0 && Number.isFinite(n)) ? list : undefined
  },
  write: (list) => list.join(','),
}

export const ACTIVE_SETTINGS = {
  method: choice(
    [...ACTIVE_METHODS, 'all'],
    'all',
    'how patterns are chosen; random and fixed are what the others are compared with',
  ),
  side: whole(8, 'pixels of a side; Hadamard patterns take powers of two', 2),
  patterns: whole(8, 'patterns shown'),
  objects,
  draws: whole(100, 'scenes drawn from the prior, clipped to what a screen can let through', 0),
  noise: real(0.1, 'standard deviation of one reading, over that of one pixel of the scene'),
  order: text('hadamard cake-cutting', 'a family of patterns', 'the fixed order, and the candidates of greedy'),
  prior: choice(
    ['gaussian', 'exponential', 'letters'],
    'gaussian',
    'what is believed of scenes: a kernel, or the mean and covariance of the other letters, each moved about',
  ),
  lengths,
  mean: real(0.3, 'mean of a pixel of the scene before anything is read'),
  deviation: real(0.3, 'its standard deviation', 1e-3),
  shrink: real(0.1, 'letters: part of the kernel in their covariance'),
  wave: choice(
    ['none', 'model'],
    'none',
    'none: the scene is the intensity that the patterns meet; model: it is the transmission of the object, found through the wave, which is taken as straight at the most probable scene; its prior is that of the first length',
  ),
  distanceUm: real(0, 'from the object to the patterns, um of silicon; 500 is a usual wafer'),
  sizeUm: real(2560, 'side of the scene, um', 1),
  index: real(3.418, 'refractive index of the wafer', 1),
  fineness: whole(8, 'fine samples along a pixel at which the machine is simulated'),
  modelFineness: whole(4, 'wave=model: the same for the model'),
  horizon: whole(8, 'gradient: patterns planned together; 1 looks at the next alone'),
  iterations: whole(100, 'gradient: steps for every plan'),
  leastGain: real(0, 'stops where the next reading is expected to take away less than this part of what is left'),
  leastLeft: real(0, 'stops where this part of the variance is left'),
}

export type ActiveSettings = Values<typeof ACTIVE_SETTINGS>
