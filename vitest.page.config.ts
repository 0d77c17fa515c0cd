import { defineConfig } from 'vitest/config'

/** The page in a real browser: `npm run test:page`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.spec.ts'],
    globalSetup: ['test/support/database-server.ts', 'test/support/browser-setup.ts'],
    // One browser is enough for two processors.
    fileParallelism: false,
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
