import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vitest/config'
import { builtProgram } from './build-programs.ts'

/** The modules that start a program: the process of the embedded database server, and a bot. */
const STARTERS = ['src/database/documentdb/start-documentdb.ts', 'dev/demo/bot-process.ts']

/**
 * Starts these programs compiled, as an installed bot does. From their sources they are compiled at each of some fifty
 * starts of a run, which is half of a start's processor time.
 */
export function useCompiledServer(): Plugin {
  return {
    name: 'compiled-server',
    enforce: 'pre',
    transform(code, id) {
      const starter = STARTERS.find((source) => id.endsWith(source))
      if (starter === undefined) return undefined
      const url = JSON.stringify(pathToFileURL(builtProgram(starter)).href)
      // The lines stay where they are, so no source map is needed.
      return { code: code.replaceAll('import.meta.url', url), map: null }
    },
  }
}
