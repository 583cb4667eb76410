import { defineConfig } from 'vitest/config'
import { LongFirst } from './test/setup/order.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/scratch.ts'],
    server: { deps: { external: [/\/\.cache\/compiled-/] } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Boards and emulators share two cores: more workers only make paced tests jitter.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    pool: 'forks',
    // Files share what they import and compile. No module holds state that could be shared too.
    isolate: false,
  },
})
