import type { Backend, CallOptions, Receipt } from '../contract/backend.ts'
import type { CheckedDevice, Device } from '../contract/device.ts'
import type { StatePort, TapPort } from '../contract/facets.ts'
import { type DataSheet, dataSheet, type Readings, type Unit } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'

/** How readings of one unit become those of another: gain x reading + offset, held between min and max. */
export interface Conversion {
  readonly unit: Unit
  /** Units of the new reading per unit of the old one; default 1. */
  readonly gain?: number
  /** In the new unit; default 0. */
  readonly offset?: number
  /** Ends of what is given on, in the new unit; default those that the old range becomes. */
  readonly min?: number
  readonly max?: number
}

/** A machine that is read in another unit; it keeps its taps, and can be put back where it could. */
export interface Converted extends Backend {
  readonly taps?: TapPort
  readonly state?: StatePort
}

/** A machine behind a conversion, as far as its type tells what it offers. */
export type ConvertedOf<D> = Converted & (D extends Device<'state'> ? { readonly state: StatePort } : unknown)

/**
 * A machine whose readings are turned into another unit, so that it can drive a machine that takes that one: volts of a detector into
 * spike rates, say.
 *
 * A reading beyond `min` or `max` is held there and counted as saturated. The new machine owns the old one. Throws `CONFIG` for a
 * conversion that leaves nothing of a reading.
 */
export function converted<D extends CheckedDevice>(device: D, conversion: Conversion): ConvertedOf<D> {
  const { gain = 1, offset = 0 } = conversion
  if (!(Number.isFinite(gain) && gain !== 0 && Number.isFinite(offset)))
    throw new InsituError(
      'CONFIG',
      `converted: gain must be a number but 0, and offset a number, got ${gain}, ${offset}`,
    )
  const sense = convertedReadings(device.sheet.sense, conversion)
  const { min, max } = sense
  const sheet: DataSheet = dataSheet({ ...device.sheet, sense })
  const { taps, state } = device as Partial<Device<'taps' | 'state'>>
  const convert = (receipt: Receipt, into: Float64Array): Receipt => {
    let held = 0
    for (let i = 0; i < into.length; i++) {
      const value = gain * into[i] + offset
      into[i] = Math.min(Math.max(value, min), max)
      if (into[i] !== value) held++
    }
    return held === 0 ? receipt : { ...receipt, saturated: receipt.saturated + held }
  }
  const backend: Converted = {
    sheet,
    async store(theta: Float64Array, opts?: CallOptions) {
      await device.store(theta, opts)
    },
    measure: async (block, into, opts) => convert(await device.measure(block, into, opts), into),
    ...(taps && {
      taps: {
        layers: taps.layers,
        read: async (block, into, inner, opts) => convert(await taps.read(block, into, inner, opts), into),
      },
    }),
    ...(state && { state }),
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
  return backend as ConvertedOf<D>
}

/** Ends of what is given on, from those of the old reading. */
export function convertedEnds(old: Pick<Readings, 'min' | 'max'>, { gain = 1, offset = 0, ...ends }: Conversion) {
  const [first, last] = [gain * old.min + offset, gain * old.max + offset]
  return { min: ends.min ?? Math.min(first, last), max: ends.max ?? Math.max(first, last) }
}

function convertedReadings(old: Readings, conversion: Conversion): Readings {
  const size = Math.abs(conversion.gain ?? 1)
  return {
    width: old.width,
    unit: conversion.unit,
    ...convertedEnds(old, conversion),
    step: size * old.step,
    noise: size * old.noise,
  }
}
