import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  DOWNLOAD_MB,
  downloadPackages,
  findMirror,
} from '../../../src/database/documentdb/debian-packages.ts'
import { runAs } from '../../../src/database/documentdb/engine-account.ts'
import { engineCommand, postgresScript } from '../../../src/database/documentdb/engine-files.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'packages-test-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

/** Asks for the mirror of a machine whose apt lists these sources. */
const mirrorOf = (listing: string) =>
  findMirror(undefined, async () => ({ status: 0, stdout: listing, output: listing }))

describe('findMirror', () => {
  it.each([
    ['Debian itself', 'http://mirror.example/debian|Debian|Debian|', 'http://mirror.example/debian', ''],
    [
      'its keys',
      'http://mirror.example/debian/|Debian|Debian|/keys.gpg',
      'http://mirror.example/debian',
      '/keys.gpg',
    ],
    [
      'what comes after others',
      'http://node.example|. nodistro|.|\nhttp://m.example/d|Debian|Debian|',
      'http://m.example/d',
      '',
    ],
    [
      'one that was never updated, by its address',
      'http://m.example/debian|||',
      'http://m.example/debian',
      '',
    ],
    [
      'what apt knows no more of than the address',
      'http://m.example/debian-security|$(ORIGIN)|$(LABEL)|$(SIGNED_BY)\nhttp://m.example/debian|$(ORIGIN)|$(LABEL)|$(SIGNED_BY)',
      'http://m.example/debian',
      '',
    ],
  ])('finds %s', async (_name, listing, site, signedBy) => {
    const mirror = await mirrorOf(listing)

    expect(mirror.site).toBe(site)
    if (signedBy !== '') expect(mirror.options).toBe(` [signed-by=${signedBy}]`)
  })

  it.each([
    ['nothing', ''],
    ['security updates alone', 'http://m.example/debian-security|Debian|Debian-Security|'],
    ['another distribution', 'http://m.example/ubuntu|Ubuntu|Ubuntu|'],
    ['another’s packages', 'http://node.example/node|. nodistro|.|'],
  ])('finds no Debian archive in %s', async (_name, listing) => {
    await expect(mirrorOf(listing)).rejects.toMatchObject({ code: 'database_not_installable' })
  })
})

it('is said to be as large a download as docs/database.md measured', () => {
  const docs = readFileSync(new URL('../../../docs/database.md', import.meta.url), 'utf8')

  expect(docs).toContain(`${DOWNLOAD_MB} MB to download`)
})

describe('findMirror', () => {
  it('finds the archive of a machine whose package lists were never downloaded', async (context) => {
    if (!existsSync('/usr/bin/apt-get')) return context.skip('apt is for Debian')
    const lists = join(directory, 'lists')
    await mkdir(join(lists, 'partial'), { recursive: true })
    await writeFile(join(directory, 'sources.list'), 'deb http://mirror.example/debian stable main\n')
    await writeFile(
      join(directory, 'apt.conf'),
      `Dir::Etc::sourcelist "${directory}/sources.list";\nDir::Etc::sourceparts "-";\nDir::State::Lists "${lists}";\n`,
    )
    vi.stubEnv('APT_CONFIG', join(directory, 'apt.conf'))

    const mirror = await findMirror().finally(() => vi.unstubAllEnvs())

    expect(mirror.site).toBe('http://mirror.example/debian')
  })
})

describe('downloadPackages', () => {
  it('refuses with the reason where the archive gives no packages', async (context) => {
    if (process.platform !== 'linux') return context.skip('apt is for Linux')
    const mirror = { site: `file:${directory}/no-archive`, options: ' [trusted=yes]' }
    const download = downloadPackages({
      mirror,
      packages: ['x'],
      directory: join(directory, 'd'),
      log: () => undefined,
    })
    await expect(download).rejects.toMatchObject({ code: 'database_not_installable' })
    expect((await readdir(directory)).length).toBeGreaterThan(0)
  })
})

describe('running the engine in place', () => {
  const files = {
    root: '/cache/engine',
    loader: '/cache/engine/usr/lib/x/ld-linux.so.2',
    libraries: ['/cache/engine/usr/lib/x', '/cache/engine/usr/lib/postgresql/18/lib'],
    programs: '/cache/engine/usr/lib/postgresql/18/bin',
  }

  it('leaves it to the machine how old the package lists of its mirror may be', () => {
    const source = readFileSync(
      new URL('../../../src/database/documentdb/debian-packages.ts', import.meta.url),
      'utf8',
    )

    expect(source).not.toContain('Check-Valid-Until')
    expect(source).not.toMatch(/AllowUnauthenticated|AllowInsecure|trusted=yes/i)
  })

  it('starts each program through the loader that came with it, under its own name', () => {
    expect(engineCommand(files, 'postgres', ['-D', '/data']).join(' ')).toBe(
      '/cache/engine/usr/lib/x/ld-linux.so.2 --library-path /cache/engine/usr/lib/x:/cache/engine/usr/lib/postgresql/18/lib ' +
        '--argv0 /cache/engine/usr/lib/postgresql/18/bin/postgres /cache/engine/usr/lib/postgresql/18/bin/postgres.bin -D /data',
    )
  })

  it('names no directory in the script that stands in for postgres, so the engine can be moved', () => {
    expect(postgresScript(files)).not.toContain('/cache')
  })

  it('gives another account the right to pass closed directories only where there are any', () => {
    expect(runAs(null, [])).toEqual(['/usr/bin/setpriv', '--pdeathsig', 'SIGQUIT', '--'])
    expect(runAs(1234, ['/tmp/x']).join(' ')).not.toContain('dac_override')
  })
})
