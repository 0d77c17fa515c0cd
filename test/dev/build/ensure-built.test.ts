import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureBuilt, refuseOldNode, stampSources } from '../../../dev/build/ensure-built.mjs'

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-test-'))
  write('src/main.ts', "export const says: string = 'first'\n")
  write('package.json', '{ "type": "module" }')
  const compilerOptions = { module: 'NodeNext', rootDir: '.', outDir: 'dist', types: [] }
  write('tsconfig.build.json', JSON.stringify({ compilerOptions, include: ['src'] }))
})
afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 20 }))

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
const addCompiler = () => symlinkSync(MODULES, join(root, 'node_modules'))
const removeCompiler = () => rmSync(join(root, 'node_modules'))
const built = () => readFileSync(join(root, 'dist/src/main.js'), 'utf8')
const build = () => ensureBuilt(root, { log: () => undefined })

describe('starting from sources', () => {
  it('builds what is not built, and needs no compiler for what is', () => {
    addCompiler()
    expect(build()).toBeUndefined()
    expect(built()).toContain("'first'")
    removeCompiler()
    expect(build()).toBeUndefined()
  })

  it('builds again where a source has changed, and drops what is no source any more', () => {
    addCompiler()
    write('src/old.ts', 'export const old = 1\n')
    build()
    write('src/main.ts', "export const says: string = 'second'\n")
    rmSync(join(root, 'src/old.ts'))
    expect(build()).toBeUndefined()
    expect(built()).toContain("'second'")
    expect(existsSync(join(root, 'dist/src/old.js'))).toBe(false)
  })

  it('is refused, and never runs an old build, where sources have changed and there is no compiler', () => {
    addCompiler()
    build()
    removeCompiler()
    write('src/main.ts', "export const says: string = 'second'\n")
    expect(build()).toContain('npm ci')
  })

  it('is refused after a build that failed, until it succeeds', () => {
    addCompiler()
    build()
    write('src/main.ts', 'export const says: string = 1\n')
    expect(build()).toContain('cannot be built')
    expect(build()).toContain('cannot be built')
    write('src/main.ts', "export const says: string = 'third'\n")
    expect(build()).toBeUndefined()
  })

  it('takes a build without sources as it is, as in an image', () => {
    addCompiler()
    build()
    const image = join(root, 'image')
    cpSync(join(root, 'dist'), join(image, 'dist'), { recursive: true })
    expect(ensureBuilt(image)).toBeUndefined()
    rmSync(join(image, 'dist'), { recursive: true, maxRetries: 20 })
    expect(ensureBuilt(image)).toContain('install the release anew')
  })

  it.each(['src/main.ts', 'src/new.ts', 'package.json', 'tsconfig.build.json'])(
    'notices a change of %s',
    (path) => {
      const before = stampSources(root)
      expect(stampSources(root)).toBe(before)
      write(path, `${existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''} `)
      expect(stampSources(root)).not.toBe(before)
    },
  )
})

describe('an old Node', () => {
  it.each(['v18.20.4', 'v20.18.9', 'v20.9.0'])('of version %s is told what to do', (version) => {
    expect(refuseOldNode(version, '>=20.19.0')).toContain('Install Node 24')
  })
  it.each(['v20.19.0', 'v20.20.1', 'v22.0.0', 'v26.1.0'])('is not what %s is', (version) => {
    expect(refuseOldNode(version, '>=20.19.0')).toBeUndefined()
  })
})
