/** Lengths along each axis, slowest first; [] is a single number. */
export type Shape = readonly number[]

export interface NirInput {
  readonly type: 'Input'
  readonly shape: Shape
}

export interface NirOutput {
  readonly type: 'Output'
  readonly shape: Shape
}

/** y = W x + b; `Linear` and `Affine` alike, b absent for `Linear`. */
export interface NirLinear {
  readonly type: 'Linear' | 'Affine'
  /** outputs x inputs, row by row. */
  readonly weight: Float64Array
  readonly outputs: number
  readonly inputs: number
  readonly bias?: Float64Array
}

/** y = s x, element by element. */
export interface NirScale {
  readonly type: 'Scale'
  readonly shape: Shape
  readonly scale: Float64Array
}

/** A pair of lengths: rows, columns. */
export type Pair = readonly [number, number]

export interface NirConv2d {
  readonly type: 'Conv2d'
  /** outChannels x inChannels / groups x kernel rows x kernel columns. */
  readonly weight: Float64Array
  readonly outChannels: number
  readonly channelsPerGroup: number
  readonly kernel: Pair
  readonly stride: Pair
  readonly padding: Pair | 'same'
  readonly dilation: Pair
  readonly groups: number
  /** One number per output channel. */
  readonly bias: Float64Array
  /** Rows and columns of the input where the file says so. */
  readonly inputShape?: Pair
}

export interface NirSumPool2d {
  readonly type: 'SumPool2d'
  readonly kernel: Pair
  readonly stride: Pair
  readonly padding: Pair
}

export interface NirFlatten {
  readonly type: 'Flatten'
  readonly inputShape?: Shape
  readonly startDim: number
  readonly endDim: number
}

/**
 * Neurons of one kind; every parameter has one value per neuron, in the units of the file (time constants in seconds).
 *
 * LI, LIF: tau v' = vLeak - v + r I. IF: v' = r I. CubaLI, CubaLIF: tauSyn I' = -I + wIn S, tauMem v' = vLeak - v + r I.
 * LIF, IF and CubaLIF spike when v > vThreshold and start again at vReset.
 */
export interface NirNeurons {
  readonly type: NeuronType
  readonly shape: Shape
  readonly r: Float64Array
  /** Absent for IF. */
  readonly tauMem?: Float64Array
  readonly vLeak: Float64Array
  /** CubaLI and CubaLIF alone. */
  readonly tauSyn?: Float64Array
  readonly wIn: Float64Array
  /** Infinite for LI and CubaLI, which never spike. */
  readonly vThreshold: Float64Array
  readonly vReset: Float64Array
}

export type NeuronType = 'LIF' | 'IF' | 'CubaLIF' | 'LI' | 'CubaLI'
export type NirOperator = NirLinear | NirScale | NirConv2d | NirSumPool2d | NirFlatten
export type NirNode = NirInput | NirOutput | NirOperator | NirNeurons

/** A checked network: one input, one output, every edge between nodes that fit. */
export interface NirGraph {
  /** What messages call it, usually the file. */
  readonly name: string
  readonly version: string
  readonly nodes: ReadonlyMap<string, NirNode>
  readonly edges: readonly (readonly [from: string, to: string])[]
  /** Shape of what each node takes and gives: the ends and neurons, then operators, each after those that lead to it. */
  readonly shapes: ReadonlyMap<string, NodeShapes>
}

export interface NodeShapes {
  readonly input: Shape
  readonly output: Shape
}

export function isNeurons(node: NirNode): node is NirNeurons {
  return NEURONS.has(node.type)
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** A shape as people write it: 2 x 34 x 34. */
export function shapeText(shape: Shape): string {
  return shape.length === 0 ? 'one number' : shape.join(' x ')
}

const NEURONS = new Set<string>(['LIF', 'IF', 'CubaLIF', 'LI', 'CubaLI'] satisfies NeuronType[])
