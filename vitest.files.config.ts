import { defineConfig } from 'vitest/config'

/** Tests of temporary files, which need no database: CI runs them on Windows, where an open file cannot be removed. */
export default defineConfig({
  test: {
    include: ['test/lists/temporary-files.test.ts', 'test/xlsx/string-table.test.ts'],
    testTimeout: 60_000,
  },
})
