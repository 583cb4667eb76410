import { InsituError } from '../../errors.ts'
import type { Fields, Tensor } from './fields.ts'
import { type NeuronType, type NirNeurons, type Shape, shapeText, sizeOf } from './graph.ts'

/** Reads the parameters of neurons: LIF, IF, CubaLIF, LI or CubaLI. */
export function readNeurons(type: NeuronType, fields: Fields): NirNeurons {
  const current = type === 'CubaLIF' || type === 'CubaLI'
  const leaky = type !== 'IF'
  const spikes = type !== 'LI' && type !== 'CubaLI'
  const given = {
    r: fields.tensor('r'),
    ...(leaky && { tauMem: fields.tensor(current ? 'tau_mem' : 'tau'), vLeak: fields.tensor('v_leak') }),
    ...(current && { tauSyn: fields.tensor('tau_syn') }),
    ...(current && fields.has('w_in') && { wIn: fields.tensor('w_in') }),
    ...(spikes && { vThreshold: fields.tensor('v_threshold') }),
    ...(spikes && fields.has('v_reset') && { vReset: fields.tensor('v_reset') }),
  }
  const shape = commonShape(given, fields)
  const size = sizeOf(shape)
  const spread = (tensor: Tensor | undefined, otherwise: number) =>
    tensor === undefined || tensor.numbers.length < size
      ? new Float64Array(size).fill(tensor?.numbers[0] ?? otherwise)
      : tensor.numbers
  const neurons: NirNeurons = {
    type,
    shape,
    r: spread(given.r, 1),
    ...(given.tauMem !== undefined && { tauMem: spread(given.tauMem, 0) }),
    ...(given.tauSyn !== undefined && { tauSyn: spread(given.tauSyn, 0) }),
    vLeak: spread(given.vLeak, 0),
    wIn: spread(given.wIn, 1),
    vThreshold: spread(given.vThreshold, Number.POSITIVE_INFINITY),
    vReset: spread(given.vReset, 0),
  }
  checkRanges(neurons, fields)
  return neurons
}

/** The format asks for one shape; single numbers are taken for every neuron, as its own reader does. */
function commonShape(given: Readonly<Record<string, Tensor>>, fields: Fields): Shape {
  const list = Object.entries(given)
  const [, widest] = list.reduce((a, b) => (b[1].numbers.length > a[1].numbers.length ? b : a))
  for (const [name, { shape, numbers }] of list) {
    if (numbers.length > 1 && shape.join() !== widest.shape.join()) {
      throw new InsituError(
        'SHAPE',
        `${fields.where}: ${name} is ${shapeText(shape)}, other parameters are ${shapeText(widest.shape)}`,
      )
    }
  }
  return widest.shape
}

function checkRanges({ tauMem, tauSyn, vThreshold, vReset }: NirNeurons, { where }: Fields): void {
  for (const [name, taus] of Object.entries({ tauMem, tauSyn })) {
    const bad = taus?.findIndex((tau) => tau <= 0) ?? -1
    if (bad >= 0) {
      throw new InsituError('LIMIT', `${where}: ${name} of neuron ${bad} must be above 0 s, found ${taus?.[bad]}`)
    }
  }
  const bad = vThreshold.findIndex((threshold, i) => threshold <= vReset[i])
  if (bad >= 0) {
    throw new InsituError(
      'LIMIT',
      `${where}: neuron ${bad} would never stop spiking: threshold ${vThreshold[bad]}, reset ${vReset[bad]}`,
      { hint: 'v_threshold must lie above v_reset, which is 0 where the file has none' },
    )
  }
}
