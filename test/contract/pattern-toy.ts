import type { Receipt } from '../../src/contract/backend.ts'
import { type CodePort, type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { patternsOf } from '../../src/patterns/family.ts'
import { frames } from '../../src/patterns/frames.ts'
import { Toy, type ToyOptions } from './toy.ts'

/** The toy with four inputs as a picture of 2 x 2, which it also makes itself. */
export class PatternToy extends Toy {
  override readonly codes: CodePort
  readonly windows: PatternWindow[] = []

  constructor(options: ToyOptions = {}) {
    super({ inputs: 4, ...options })
    this.codes = {
      families: ['random', 'walsh', 'sequential', 'sinusoid'],
      apply: (code, coefficients, theta) => this.apply(code, coefficients, theta),
      patterns: {
        families: ['hadamard walsh', 'random:3'],
        rows: 2,
        columns: 2,
        measure: async (window, into) => {
          this.windows.push(window)
          return this.shown(window, into)
        },
      },
    }
  }

  protected shown(window: PatternWindow, into: Float64Array): Receipt {
    const slots = patternSlots(window)
    const data = new Float64Array(slots * 4)
    frames(patternsOf(window.family, 2, 2), window, this.sheet.drive, data)
    return this.run({ slots, drive: { kind: 'track', data, hold: 1 } }, into)
  }
}

/** Shows the opposite of a pattern first. */
export class Swapped extends PatternToy {
  protected override shown(window: PatternWindow, into: Float64Array): Receipt {
    const receipt = super.shown(window, into)
    if (window.pairing === 'single') return receipt
    const width = this.sheet.sense.width
    for (let at = 0; at < into.length; at += 2 * width) {
      const first = into.slice(at, at + width)
      into.copyWithin(at, at + width, at + 2 * width)
      into.set(first, at + width)
    }
    return receipt
  }
}

/** Always begins with the first pattern. */
export class FromTheStart extends PatternToy {
  protected override shown(window: PatternWindow, into: Float64Array): Receipt {
    return super.shown({ ...window, first: 0 }, into)
  }
}

/** Loses the first reading of every window, or once. */
export class Gappy extends PatternToy {
  protected override shown(window: PatternWindow, into: Float64Array): Receipt {
    const receipt = super.shown(window, into)
    if (this.windows.length === 1) into[0] = Number.NaN
    return receipt
  }
}
