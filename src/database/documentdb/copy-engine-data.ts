import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { type EngineFiles, engineCommand } from './engine-files.ts'
import { SUPERUSER } from './postgres.ts'
import { runProgram } from './run-program.ts'

const DATA = 'base.tar.gz'
const WAL = 'pg_wal.tar.gz'

interface CopyOut {
  readonly files: EngineFiles
  /** The directory of the running server's unix socket. */
  readonly socketDirectory: string
  /** Absolute; created here. */
  readonly target: string
}

/**
 * Copies the data of a running server as of one moment, while it works: PostgreSQL's base backup with the
 * write-ahead log since its start, and a manifest with a checksum per file.
 *
 * @throws AppError backup_refused
 */
export async function copyEngineData({ files, socketDirectory, target }: CopyOut): Promise<void> {
  const options = [
    '--pgdata',
    target,
    '--format',
    'tar',
    '--compress',
    'client-gzip:1',
    '--wal-method',
    'stream',
  ]
  const connection = ['--host', socketDirectory, '--username', SUPERUSER, '--no-password']
  const { status, output } = await runProgram(
    engineCommand(files, 'pg_basebackup', [...options, '--checkpoint', 'fast', ...connection]),
    { cwd: '/' },
  )
  if (status !== 0) throw new AppError('backup_refused', { reason: lastLine(output) })
  await chmod(target, 0o700)
  for (const name of await readdir(target)) await chmod(join(target, name), 0o600)
}

interface CopyIn {
  readonly files: EngineFiles
  /** A directory made by `copyEngineData`. */
  readonly source: string
  /** Absolute; the server's data directory, created here. */
  readonly data: string
}

/** Unpacks a copy after its checksums are verified. @throws AppError restore_refused */
export async function unpackEngineData({ files, source, data }: CopyIn): Promise<void> {
  // The server reads and checks the log at its start; it cannot be checked in the archive.
  const verify = engineCommand(files, 'pg_verifybackup', [
    '--no-parse-wal',
    '--quiet',
    '--format',
    'tar',
    source,
  ])
  await run(verify, 'the backup is damaged')
  await mkdir(data, { recursive: true, mode: 0o700 })
  await unpack(join(source, DATA), data)
  await mkdir(join(data, 'pg_wal'), { recursive: true, mode: 0o700 })
  await unpack(join(source, WAL), join(data, 'pg_wal'))
  await chmod(data, 0o700)
}

async function unpack(archive: string, directory: string): Promise<void> {
  const command = ['/usr/bin/env', 'tar', '--no-same-owner', '-xzf', archive, '-C', directory]
  await run(command, 'the backup cannot be unpacked')
}

async function run(command: readonly string[], problem: string): Promise<void> {
  const { status, output } = await runProgram(command, { cwd: '/' })
  if (status !== 0) throw new AppError('restore_refused', { reason: `${problem} (${lastLine(output)})` })
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? 'unknown'
}
