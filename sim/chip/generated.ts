import { expTables, expText } from '../../src/kernels/exp.ts'
import type { Engine } from './engine.ts'
import { type Net, rowWidth } from './forward.ts'
import { isIdeal } from './mismatch.ts'

/** Above this many parameters the SIMD engine is faster than generated code (test/bench). */
export const GENERATED_LIMIT = 128

/**
 * Loops written for one topology: every weight, activation and sum is a local and no inner loop is left.
 * The text is made from layer sizes and constants only, never from user text; a given curve is called by reference.
 */
export function generated(net: Net): Engine {
  const { inputs, outputs, paramCount } = net.layout
  const row = rowWidth(net)
  const words = Math.ceil(paramCount / 32)
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n')
  const neuron = neuronText(net)

  const body = (weight: (i: number) => string) => {
    const text = [lines(inputs, (j) => `const a0_${j} = drive[d + ${j}]`)]
    let n = 0
    net.layout.layers.forEach((layer, l) => {
      for (let o = 0; o < layer.outputs; o++) {
        const terms = Array.from(
          { length: layer.inputs },
          (_, j) => `a${l}_${j} * ${weight(layer.w + j * layer.outputs + o)}`,
        )
        text.push(`const z${n} = ${terms.join(' + ')} - ${weight(layer.b + o)}`)
        text.push(neuron(n, `a${l + 1}_${o}`))
        if (net.reads === 'neurons') text.push(`into[y + ${n}] = a${l + 1}_${o}`)
        n++
      }
    })
    if (net.reads !== 'neurons') text.push(lines(outputs, (o) => `into[y + ${o}] = a${net.layout.layers.length}_${o}`))
    return text.join('\n')
  }

  const held = `
    return (w, from, to, drive, driveHold, into) => {
      ${lines(paramCount, (i) => `const w${i} = w[${i}]`)}
      let d = Math.floor(from / driveHold) * ${inputs}
      let driven = from % driveHold
      for (let t = from, y = from * ${row}; t < to; t++, y += ${row}) {
        ${body((i) => `w${i}`)}
        if (++driven === driveHold) { driven = 0; d += ${inputs} }
      }
    }`
  const signs = `
    return (pairs, words, hold, slots, drive, driveHold, into) => {
      let d = 0, driven = 0, row = 0, held = 0
      for (let t = 0, y = 0; t < slots; t++, y += ${row}) {
        ${lines(words, (k) => `const s${k} = words[row + ${k}]`)}
        ${body((i) => `pairs[${2 * i} + (s${i >> 5} >>> ${i & 31} & 1)]`)}
        if (++held === hold) { held = 0; row += ${words} }
        if (++driven === driveHold) { driven = 0; d += ${inputs} }
      }
    }`
  const { scale, slope, shift, lift } = net.neurons
  const { fractions, powers } = expTables()
  const make = (text: string) =>
    new Function('fractions', 'powers', 'scale', 'slope', 'shift', 'lift', 'curve', text)(
      fractions,
      powers,
      scale,
      slope,
      shift,
      lift,
      net.curve,
    )
  return { name: 'generated', held: make(held), signs: make(signs) }
}

/** The statements that leave neuron n's output in `target`; constants that change nothing are left out. */
function neuronText(net: Net): (n: number, target: string) => string {
  const ideal = isIdeal(net.neurons)
  const inner = (n: number) => (ideal ? `(0 - z${n})` : `slope[${n}] * (shift[${n}] - z${n})`)
  const outer = (n: number, f: string) => (ideal ? f : `scale[${n}] * (${f}) + lift[${n}]`)
  if (net.curve !== undefined) return (n, to) => `const ${to} = ${outer(n, `curve(0 - ${inner(n)})`)}`
  if (net.activation === 'relu') return (n, to) => `const ${to} = ${outer(n, `Math.max(0 - ${inner(n)}, 0)`)}`
  if (net.activation === 'tanh')
    return (n, to) => `${expText(`2 * ${inner(n)}`, `${n}`)}\nconst ${to} = ${outer(n, `2 / (1 + e${n}) - 1`)}`
  return (n, to) =>
    `${expText(inner(n), `${n}`)}\nconst ${to} = ${ideal ? '1' : `scale[${n}]`} / (1 + e${n})${ideal ? '' : ` + lift[${n}]`}`
}
