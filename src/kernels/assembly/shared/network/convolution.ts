// The 3 x 3 convolution with a border of zeros, and its slopes, tile rows by tile rows. `head`: words of the shape and of the
// rooms, see simd.ts. Weights: nine lists, each a left matrix of product.ts, outputs x inputs.

import { accumulate, multiply, multiplyTransposed } from './product'
import { inputTiles, kernelSlopes, kernelTiles, outputTiles, raisedTiles } from './tiles'

const INPUTS = 0, OUTPUTS = 4, ROWS = 8, COLUMNS = 12, PLANE = 16, ACROSS = 20, COUNT = 24, ROOM = 28, U = 32, V = 36, M = 40

@inline function get(head: usize, word: i32): i32 { return load<i32>(head + word) }
@inline function at(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
/** Bytes from one of the 16 matrices to the next: a line more than it has, or all 16 would share their lines in the cache. */
@inline function apart(channels: i32, tiles: i32): usize { return (((channels * tiles) as usize) << 2) + 64 }

export function convolve(head: usize, x: usize, w: usize, y: usize): void {
  const inputs = get(head, INPUTS), outputs = get(head, OUTPUTS), rows = get(head, ROWS), columns = get(head, COLUMNS)
  const plane = at(head, PLANE), across = get(head, ACROSS), count = get(head, COUNT), room = at(head, ROOM)
  const u = at(head, U), v = at(head, V), m = at(head, M), tiles = across * count, list = ((inputs * outputs) as usize) << 2
  const from = apart(inputs, tiles), to = apart(outputs, tiles)
  kernelTiles(w, inputs * outputs, u)
  for (let first = 0; 2 * first < rows; first += count) {
    inputTiles(x, plane, inputs, rows, columns, first, count, across, room, v, from)
    for (let f: usize = 0; f < 16; f++) multiply(u + f * list, outputs, inputs, v + f * from, tiles >> 3, m + f * to)
    outputTiles(m, to, outputs, rows, columns, first, count, across, room, y, plane)
  }
}

/** A kernel turned round has its numbers 0 and 3 of a row or a column exchanged. */
@inline function turned(n: i32): i32 { return n == 0 ? 3 : n == 3 ? 0 : n }

export function convolveInputs(head: usize, dy: usize, w: usize, dx: usize): void {
  const inputs = get(head, INPUTS), outputs = get(head, OUTPUTS), rows = get(head, ROWS), columns = get(head, COLUMNS)
  const plane = at(head, PLANE), across = get(head, ACROSS), count = get(head, COUNT), room = at(head, ROOM)
  const u = at(head, U), v = at(head, V), m = at(head, M), tiles = across * count, list = ((inputs * outputs) as usize) << 2
  const from = apart(outputs, tiles), to = apart(inputs, tiles)
  kernelTiles(w, inputs * outputs, u)
  for (let first = 0; 2 * first < rows; first += count) {
    inputTiles(dy, plane, outputs, rows, columns, first, count, across, room, v, from)
    for (let f = 0; f < 16; f++) {
      const g = 4 * turned(f >> 2) + turned(f & 3)
      multiplyTransposed(u + (g as usize) * list, outputs, inputs, v + (f as usize) * from, tiles >> 3, m + (f as usize) * to)
    }
    outputTiles(m, to, inputs, rows, columns, first, count, across, room, dx, plane)
  }
}

export function convolveWeights(head: usize, x: usize, dy: usize, dw: usize): void {
  const inputs = get(head, INPUTS), outputs = get(head, OUTPUTS), rows = get(head, ROWS), columns = get(head, COLUMNS)
  const plane = at(head, PLANE), across = get(head, ACROSS), count = get(head, COUNT), room = at(head, ROOM)
  const u = at(head, U), v = at(head, V), m = at(head, M), tiles = across * count, list = ((inputs * outputs) as usize) << 2
  const right = apart(inputs, tiles), left = apart(outputs, tiles)
  memory.fill(u, 0, 16 * list)
  for (let first = 0; 2 * first < rows; first += count) {
    inputTiles(x, plane, inputs, rows, columns, first, count, across, room, v, right)
    raisedTiles(dy, plane, outputs, rows, columns, first, count, across, room, m, left)
    for (let f: usize = 0; f < 16; f++) accumulate(m + f * left, outputs, v + f * right, inputs, tiles >> 3, u + f * list)
  }
  kernelSlopes(u, inputs * outputs, dw)
}
