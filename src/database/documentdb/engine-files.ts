import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The engine's programs, run in place. They need a newer C library than the machine may have, so each starts
 * through the loader of its own packages, with its library path. Nothing is installed or mounted. PostgreSQL
 * finds its files relative to its program's path.
 */
export interface EngineFiles {
  /** Directory of the unpacked packages. */
  readonly root: string
  readonly loader: string
  readonly libraries: readonly string[]
  readonly programs: string
}

/** PostgreSQL's major version: it cannot read data of another one. */
export const POSTGRES_MAJOR = '18'

/** The command line of one of PostgreSQL's programs in `files`. */
export function engineCommand(
  files: EngineFiles,
  program: 'initdb' | 'postgres' | 'pg_basebackup' | 'pg_verifybackup',
  args: readonly string[],
): string[] {
  const path = join(files.programs, program)
  const binary = program === 'postgres' ? `${path}.bin` : path
  return [files.loader, '--library-path', files.libraries.join(':'), '--argv0', path, binary, ...args]
}

/** DocumentDB's installed version, such as `0.109-0`. */
export async function installedVersion({ root }: EngineFiles): Promise<string> {
  const control = join(root, 'usr/share/postgresql', POSTGRES_MAJOR, 'extension/documentdb.control')
  return /^default_version\s*=\s*'([^']+)'/m.exec(await readFile(control, 'utf8'))?.[1] ?? ''
}

export function locateEngine(root: string): EngineFiles {
  const usrLib = join(root, 'usr', 'lib')
  const triplet = readdirSync(usrLib).find((name) => name.endsWith('-linux-gnu'))
  if (!triplet) throw new Error(`No libraries in ${usrLib}.`)
  const libraries = join(usrLib, triplet)
  const loader = readdirSync(libraries).find((name) => name.startsWith('ld-linux'))
  if (!loader) throw new Error(`No loader in ${libraries}.`)
  const postgres = join(usrLib, 'postgresql', POSTGRES_MAJOR)
  return {
    root,
    loader: join(libraries, loader),
    libraries: [libraries, join(postgres, 'lib')],
    programs: join(postgres, 'bin'),
  }
}

/**
 * initdb starts `postgres` without the loader, so this script replaces it and adds the loader. Its paths are
 * relative to itself, so the directory can be moved.
 */
export function postgresScript(files: EngineFiles): string {
  const fromPrograms = (path: string) => `"$here"/../../../../../${path.slice(files.root.length + 1)}`
  const libraries = files.libraries.map(fromPrograms).join(':')
  return `#!/bin/sh
here=$(dirname "$0")
exec ${fromPrograms(files.loader)} --library-path ${libraries} --argv0 "$0" "$here"/postgres.bin "$@"
`
}
