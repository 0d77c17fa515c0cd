import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

interface Package {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
}

const ours: Package = JSON.parse(read('package.json'))
const [, atRunTime = '', forDevelopment = ''] = read('docs/dependencies.md').split(/^## /m)

/** Rows of a table: package, reason, maintainer, licence. */
const rowsOf = (section: string) =>
  [...section.matchAll(/^\| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(([, ...cells]) => cells)

describe('docs/dependencies.md', () => {
  it.each([
    ['at run time', atRunTime, ours.dependencies],
    ['for development', forDevelopment, ours.devDependencies],
  ])('names every package used %s, and no other', (_, section, packages) => {
    expect(rowsOf(section).map(([name]) => name)).toEqual(Object.keys(packages).sort())
  })

  it('tells the licence each package tells itself, and each lets us use it', () => {
    for (const [name = '', , , licence = ''] of [...rowsOf(atRunTime), ...rowsOf(forDevelopment)]) {
      const { license }: { license: string } = JSON.parse(read(`node_modules/${name}/package.json`))
      expect(`${name}: ${licence}`).toBe(`${name}: ${license}`)
      // A package that is not distributed may have a licence that requires changes to its files to stay open.
      expect(licence).toMatch(
        name in ours.devDependencies ? /MIT|ISC|Apache-2\.0|MPL-2\.0/ : /MIT|ISC|Apache-2\.0|BlueOak-1\.0\.0/,
      )
    }
  })

  it('is about packages that are pinned', () => {
    const versions = Object.values({ ...ours.dependencies, ...ours.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})
