import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vitest/config'
import { builtProgram } from './build-programs.ts'

/** The module that starts the process of the embedded database server. */
const STARTER = 'src/database/documentdb/start-documentdb.ts'

/**
 * Starts the compiled server process, as an installed bot does. From its sources it is compiled at each of some fifty
 * starts of a run, which is half of a start's processor time.
 */
export function useCompiledServer(): Plugin {
  const url = JSON.stringify(pathToFileURL(builtProgram(STARTER)).href)
  return {
    name: 'compiled-server',
    enforce: 'pre',
    // The lines stay where they are, so no source map is needed.
    transform: (code, id) =>
      id.endsWith(STARTER) ? { code: code.replaceAll('import.meta.url', url), map: null } : undefined,
  }
}
