/** A force input or a displacement output of a picture. */
export interface PicturePort {
  readonly node: number
  readonly axis: 'x' | 'y'
  /** What is applied now, N: its sign turns the arrow, and its value is written beside it. Inputs only. */
  readonly load?: number
}

/** What the colour of the bonds means. */
export interface PictureQuantity {
  /** 'stiffness' */
  readonly title: string
  /** 'N/m' */
  readonly unit: string
  /** Diverging scales are centred at 0. */
  readonly scale: 'sequential' | 'diverging'
  /** Ends of the scale, in `unit`; those of the values if nothing is said. */
  readonly min?: number
  readonly max?: number
}

/** A lattice to draw; nodes and bonds are meant by number from 0. */
export interface LatticePicture {
  /** Places of the nodes, m, y upwards. */
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly names?: readonly string[]
  /** Two nodes per bond, one bond after the other. */
  readonly bonds: readonly number[]
  /** Nodes that are held. */
  readonly pins: readonly number[]
  readonly inputs?: readonly PicturePort[]
  readonly outputs?: readonly PicturePort[]
  /** One number per bond, in the unit of `quantity`; a bond without one (NaN) is drawn plain. */
  readonly values?: ArrayLike<number>
  readonly quantity?: PictureQuantity
  /** Two per node, x and y, m. */
  readonly displacement?: ArrayLike<number>
  /** Bonds that are missing: drawn dashed, without colour. */
  readonly broken?: readonly number[]
}

/** A picture of something that has a name. */
export interface NamedPicture extends LatticePicture {
  readonly name: string
}

/** Nodes above which names are left out: they would hide the bonds. */
export const MOST_NAMES = 60
/** Longest name drawn in full. */
export const LONGEST_NAME = 14
