import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSequencer, type TestSpecification, type Vitest } from 'vitest/node'

const ROOT = new URL('../..', import.meta.url).pathname

/** Short files that take long, the longest first; those that keep no time stand before those that do. */
const LONG = [
  'test/docs/readme.test.ts',
  'test/package/pack.test.ts',
  'test/firmware/twin.test.ts',
  'test/firmware/image.test.ts',
  'test/cli/signals.test.ts',
  'test/cli/refusals.test.ts',
  'test/cli/train.test.ts',
  'test/cli/wave-train.test.ts',
  'test/cli/verbs.test.ts',
  'test/cli/files.test.ts',
  'test/contract/avr.test.ts',
  'test/contract/simavr.test.ts',
  'test/drivers/lifeline.test.ts',
  'test/bench-boards/targets.test.ts',
  'test/bench-boards/process.test.ts',
  'test/firmware/deaf.test.ts',
].map((file) => join(ROOT, file))

/**
 * Long files first, so that no worker waits for the other in the end.
 *
 * In a fresh checkout vitest knows no durations and goes by the length of the text.
 */
export class LongFirst implements TestSequencer {
  readonly #base: BaseSequencer

  constructor(vitest: Vitest) {
    this.#base = new BaseSequencer(vitest)
  }

  shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    return this.#base.shard(files)
  }

  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONG.filter((file) => !existsSync(file))
    if (gone.length > 0) throw new Error(`test/setup/order.ts names files that are not there: ${gone.join(', ')}`)
    const place = ({ moduleId }: TestSpecification) => (LONG.indexOf(moduleId) + LONG.length + 1) % (LONG.length + 1)
    return (await this.#base.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
