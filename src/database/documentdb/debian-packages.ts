import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { runProgram } from './run-program.ts'

/** This machine's source of Debian packages, as in sources.list. */
export interface Mirror {
  readonly site: string
  /** Options with the trusted keys, as in the machine's own sources. */
  readonly options: string
}

/** The Debian release with DocumentDB for PostgreSQL 18. It brings its own C library, so any host works. */
const SUITE = 'forky'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const DOWNLOAD_LIMIT_MS = 15 * 60_000
/** Reported by apt on Debian 12, amd64, with the packages of November 2026: docs/database.md. */
export const DOWNLOAD_MB = 142

/**
 * Reads the machine's own apt configuration; this project names no mirror.
 * @param run runs `apt-get`
 */
export async function findMirror(signal?: AbortSignal, run = runProgram): Promise<Mirror> {
  const format = '$(SITE)|$(ORIGIN)|$(LABEL)|$(SIGNED_BY)'
  // Before the machine's first `apt-get update`, apt lists a source only without release info.
  for (const more of [[], ['--no-release-info']]) {
    const command = ['/usr/bin/apt-get', 'indextargets', ...more, '--format', format]
    const { status, stdout } = await run(command, { signal })
    if (status !== 0) throw notInstallable("this machine's package sources cannot be read")
    const found = parseTargets(stdout)
    if (!found) continue
    const keys = found.signedBy || (existsSync(KEYRING) ? KEYRING : '')
    return { site: found.site, options: keys.startsWith('/') ? ` [signed-by=${keys}]` : '' }
  }
  throw notInstallable("this machine's package sources name no Debian archive")
}

/** The first archive of Debian itself (no security updates, no third party) in `apt-get indextargets`. */
function parseTargets(listing: string): { site: string; signedBy: string } | undefined {
  for (const line of listing.split('\n')) {
    // Apt leaves unknown names as they are.
    const parts = line.split('|').map((part) => part.trim().replace(/^\$\(\w+\)$/, ''))
    const [site = '', origin = '', label = '', signedBy = ''] = parts
    // Before the machine's first `apt-get update` a source has no origin; its address decides.
    const isDebian = origin ? origin === 'Debian' && label === 'Debian' : /\/debian\/?$/.test(site)
    if (isDebian && site) return { site: site.replace(/\/$/, ''), signedBy }
  }
  return undefined
}

interface Download {
  readonly mirror: Mirror
  readonly packages: readonly string[]
  /** Created; holds apt's lists and the packages. */
  readonly directory: string
  readonly log: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Downloads packages with all dependencies into a directory, as if none were installed. Apt keeps its whole
 * state there, so the machine's own package lists and locks are not touched.
 */
export async function downloadPackages(download: Download): Promise<string[]> {
  const { mirror, packages, directory, log, signal } = download
  const archives = join(directory, 'archives')
  await mkdir(join(archives, 'partial'), { recursive: true })
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true })
  await mkdir(join(directory, 'none'), { recursive: true })
  await writeFile(join(directory, 'status'), '')
  await writeFile(join(directory, 'sources.list'), `deb${mirror.options} ${mirror.site} ${SUITE} main\n`)
  const settings = {
    Dir: '/',
    'Dir::State': directory,
    'Dir::State::status': join(directory, 'status'),
    'Dir::State::Lists': join(directory, 'lists'),
    'Dir::Cache': directory,
    'Dir::Cache::Archives': archives,
    'Dir::Etc::SourceList': join(directory, 'sources.list'),
    'Dir::Etc::SourceParts': join(directory, 'none'),
    'Dir::Etc::Preferences': join(directory, 'no-preferences'),
    'Dir::Etc::PreferencesParts': join(directory, 'none'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'APT::Sandbox::User': 'root',
  }
  const apt = ['/usr/bin/env', 'LC_ALL=C', '/usr/bin/apt-get', '-q']
  for (const [name, value] of Object.entries(settings)) apt.push('-o', `${name}=${value}`)

  await run([...apt, 'update'], 'the package lists could not be read', { signal })
  await run(
    [...apt, 'install', '-y', '--no-install-recommends', '--download-only', ...packages],
    'the DocumentDB packages could not be downloaded',
    {
      signal,
      onLine: (line) => {
        const need = /^Need to get (.+) of archives/.exec(line)
        if (need) log(`Downloading ${need[1]}.`)
      },
    },
  )
  const names = await readdir(archives)
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(archives, name))
}

async function run(
  command: readonly string[],
  problem: string,
  options: Pick<NonNullable<Parameters<typeof runProgram>[1]>, 'onLine' | 'signal'>,
): Promise<void> {
  const { status, output } = await runProgram(command, { timeoutMs: DOWNLOAD_LIMIT_MS, ...options })
  if (status === 0) return
  const complaint = output.split('\n').findLast((line) => line.startsWith('E:')) ?? ''
  throw notInstallable(`${problem}${complaint ? ` (${complaint.slice(2).trim()})` : ''}`)
}

function notInstallable(reason: string): AppError {
  return new AppError('database_not_installable', { reason })
}
