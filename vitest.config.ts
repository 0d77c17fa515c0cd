import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One database server for the whole run; each suite takes a database of its own with a random name.
    globalSetup: ['test/support/database-server.ts'],
    // Most suites wait most of the time, for the database, the emulated Slack or a clock: three share two processors well.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // What is waited for comes in a moment, or much later on a busy machine; vitest gives it a second.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
