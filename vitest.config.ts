import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/scratch.ts'],
    server: { deps: { external: [/\/\.cache\/compiled-/] } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Boards and emulators share two cores: more workers only make paced tests jitter.
    maxWorkers: 2,
    pool: 'forks',
    // Files share what they import: mathjs alone takes a second to load. No module holds state that could be shared too.
    isolate: false,
  },
})
