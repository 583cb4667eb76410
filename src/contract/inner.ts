/** Readings taken inside the machine beside its outputs, `width` a slot; `name` and `of` are for messages. */
export interface Inner {
  readonly data: Float64Array
  readonly width: number
  readonly name: string
  readonly of: string
}
