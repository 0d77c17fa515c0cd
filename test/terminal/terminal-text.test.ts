import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { formatForConsole } from '../../src/terminal/console-message.ts'
import { print, replaceLine } from '../../src/terminal/terminal-text.ts'
import { collectOutput } from '../support/collect-output.ts'

/** Characters that a terminal interprets, except tab and line feed. */
const ACTS = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/u

/** The text as `print` writes it, without the end of the line. */
function printed(given: string): string {
  const { stream, text } = collectOutput()
  print(stream, given)
  return text().slice(0, -1)
}

describe('text for a terminal', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['\u009b31m', '\\u009b31m'],
    ['a\rb', 'a\\u000db'],
    ['a\r\nb', 'a\nb'],
    ['a\bb\u007f', 'a\\u0008b\\u007f'],
    ['evil\u202Efdp.exe', 'evil\\u202efdp.exe'],
    ['a\tb\nc', 'a\tb\nc'],
    ['राम 👨‍👩‍👧 Müller', 'राम 👨‍👩‍👧 Müller'],
  ])('shows what a terminal would act on: %j', (text, shown) => {
    expect(printed(text)).toBe(shown)
  })

  it('holds nothing a terminal acts on, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(ACTS.test(printed(text))).toBe(false)
      }),
    )
  })

  it('is the same JSON as before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(printed(JSON.stringify({ text })))).toEqual({ text })
      }),
    )
  })

  it('is safe also in a line that is replaced', () => {
    const { stream, text } = collectOutput()

    replaceLine(stream, 'a\u001b[2Jb')

    expect(text()).toBe('\ra\\u001b[2Jb\u001b[K')
  })

  it('is safe in an error that quotes a file', () => {
    const { stream, text } = collectOutput()

    print(stream, formatForConsole(new AppError('no_phone_column', { columns: ['a\u001b]0;x\u0007', 'b'] })))

    expect(text()).not.toMatch(ACTS)
  })
})

describe('a program in a terminal', () => {
  it('prints by the one function that makes text safe', () => {
    const root = new URL('../../', import.meta.url)
    const files = ['src', 'commands', 'models', 'dev'].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `${folder}/${path}`),
    )
    const writesToTerminal = /\bconsole\.\w+\(|\bstd(?:out|err)\.write\(|\bstd(?:out|err)\.end\(/
    const writers = files.filter((path) => writesToTerminal.test(readFileSync(new URL(path, root), 'utf8')))

    expect(files.length).toBeGreaterThan(200)
    expect(writers).toEqual([])
  })
})
