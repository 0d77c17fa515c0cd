import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const at = (path: string) => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(at('docs/security.md'), 'utf8')
const claims = [...page.matchAll(/^\| (?!what |---)(.+?) \| .+ \| (.+?) \|$/gm)]

describe('docs/security.md', () => {
  it.each(claims.map(([, claim = '', tests = '']) => [claim, tests]))(
    'names tests that exist for: %s',
    (_, tests) => {
      const paths = [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path)
      expect(paths.length).toBeGreaterThan(0)
      expect(paths.filter((path) => !existsSync(at(path)))).toEqual([])
    },
  )

  it('still makes its claims', () => {
    expect(claims.length).toBeGreaterThan(15)
  })
})
