import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The engine's programs, run in place. They are built for a newer C library than the machine may have, so each is
 * started through the loader that came with them, told where the libraries are. No chroot, no mount, nothing installed
 * into the machine itself. PostgreSQL finds its own parts relative to its program's path.
 */
export interface EngineFiles {
  /** Directory the packages were unpacked into. */
  readonly root: string
  readonly loader: string
  readonly libraries: readonly string[]
  readonly programs: string
}

/** PostgreSQL's major version: data of one cannot be read by another. */
export const POSTGRES_MAJOR = '18'

/** Program and arguments that run one of PostgreSQL's programs out of `files`. */
export function engineCommand(
  files: EngineFiles,
  program: 'initdb' | 'postgres' | 'pg_basebackup' | 'pg_verifybackup',
  args: readonly string[],
): string[] {
  const path = join(files.programs, program)
  const binary = program === 'postgres' ? `${path}.bin` : path
  return [files.loader, '--library-path', files.libraries.join(':'), '--argv0', path, binary, ...args]
}

/** DocumentDB's version as the installed packages have it, such as `0.109-0`. */
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
 * initdb starts `postgres` by itself, without the loader: this script stands in its place and adds it. It finds its
 * way from its own path, so the directory can be moved.
 */
export function postgresScript(files: EngineFiles): string {
  const fromPrograms = (path: string) => `"$here"/../../../../../${path.slice(files.root.length + 1)}`
  const libraries = files.libraries.map(fromPrograms).join(':')
  return `#!/bin/sh
here=$(dirname "$0")
exec ${fromPrograms(files.loader)} --library-path ${libraries} --argv0 "$0" "$here"/postgres.bin "$@"
`
}
