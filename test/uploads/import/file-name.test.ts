import { describe, expect, it } from 'vitest'
import { readFileName } from '../../../src/uploads/import/file-name.ts'

describe('the name of a file', () => {
  it.each([
    ['day-1.csv', 'day-1.csv'],
    ['  list\n of\tMay .csv ', 'list of May .csv'],
    ['evil\u202Efdp.csv', 'evilfdp.csv'],
    ['list.csv\u200B', 'list.csv'],
    ['ग्राहक सूची.csv', 'ग्राहक सूची.csv'],
    ['\u200B\u2066', ''],
  ])('%j is called %j', (written, name) => {
    expect(readFileName(written)).toBe(name)
  })

  it('is cut to 255 characters, between them, and keeps what it ends in', () => {
    expect(readFileName(`${'n'.repeat(40_000)}.csv`)).toBe(`${'n'.repeat(250)}….csv`)
    expect(readFileName('n'.repeat(256))).toBe(`${'n'.repeat(254)}…`)
    expect(readFileName('n'.repeat(255))).toHaveLength(255)
    expect(readFileName(`n${'👩'.repeat(200)}.csv`)).toMatch(/^n(👩)+….csv$/u)
    expect(readFileName(`nn${'👩'.repeat(200)}.csv`)).toMatch(/^nn(👩)+….csv$/u)
  })
})
