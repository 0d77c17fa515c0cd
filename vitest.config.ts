import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { useCompiledServer } from './test/support/compiled-server.ts'
import { LongFilesFirst } from './test/support/long-files-first.ts'

/** They measure the process itself, and need one that nothing else has used. */
const ALONE = [
  'test/xlsx/bombs.test.ts',
  'test/uploads/worker/survival.test.ts',
  'test/security/requests.test.ts',
]

const shared = {
  // What is waited for comes in a moment, or much later on a busy machine; vitest gives it a second.
  expect: { poll: { timeout: 45_000 } },
  testTimeout: 120_000,
  hookTimeout: 120_000,
  setupFiles: [
    'test/support/same-process.ts',
    // Only for the checks of the queries: docs/mongodb.md.
    ...(process.env.RECORD_SHAPES ? ['test/support/record-commands.ts'] : []),
  ],
  // Most objects of a test die young: with the usual size the collector runs ten times as often.
  execArgv: ['--max-semi-space-size=32'],
}

const plugins = [useCompiledServer()]

export default defineConfig({
  plugins,
  test: {
    // One database server for the whole run; each suite takes a database of its own with a random name.
    globalSetup: ['test/support/build-programs.ts', 'test/support/database-server.ts'],
    // Suites wait half of the time, for the emulated Slack or a clock: two for each processor.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        // Loading the bot and its libraries anew costs more than most files do: nothing a file leaves behind is read by another.
        plugins,
        test: { ...shared, name: 'shared', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
      { plugins, test: { ...shared, name: 'alone', include: ALONE } },
    ],
  },
})
