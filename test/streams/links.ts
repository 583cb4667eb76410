import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { Toy, type ToyOptions } from '../contract/toy.ts'

/** A toy that can be lost, and tells what it was doing when. */
export class Link extends Toy {
  /** Starts and ends of exchanges, shared with others: "a3 begins". */
  readonly log: string[]
  readonly name: string
  stored: number[] = []
  /** Fails with this from exchange `failAt` on. */
  fault: Error | undefined
  failAt = Number.POSITIVE_INFINITY
  count = 0

  constructor(name: string, log: string[], options: ToyOptions = {}) {
    super(options)
    this.name = name
    this.log = log
    const { sheet } = this
    Object.defineProperty(this, 'sheet', {
      value: dataSheet({
        ...sheet,
        machine: name,
        drive: { ...sheet.drive, min: -300, max: 300 },
        sense: { ...sheet.sense, min: -3000, max: 3000 },
      }),
    })
  }

  override async store(theta: Float64Array, opts?: CallOptions): Promise<void> {
    if (this.fault !== undefined && this.count >= this.failAt) throw this.fault
    await super.store(theta, opts)
    this.stored = [...theta]
  }

  override async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    const n = this.count++
    this.log.push(`${this.name}${n} begins`)
    try {
      if (this.fault !== undefined && n >= this.failAt) {
        await this.wait(opts)
        throw this.fault
      }
      return await super.measure(block, into, opts)
    } finally {
      this.log.push(`${this.name}${n} ends`)
    }
  }

  lost(at = 0): void {
    this.fault = new InsituError('LINK_LOST', 'the connection closed', { port: `/dev/${this.name}` })
    this.failAt = at
  }

  found(): void {
    this.fault = undefined
  }
}

/** Links in a row, each as wide as the one before gives. */
export function links(
  names: readonly string[],
  delay = 0,
): { log: string[]; toys: Link[]; devices: Device<'state'>[] } {
  const log: string[] = []
  const toys = names.map((name) => new Link(name, log, { inputs: 2, outputs: 2, delay }))
  return { log, toys, devices: toys.map((toy) => attach(toy)) }
}
