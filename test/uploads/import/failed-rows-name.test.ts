import { describe, expect, it } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { nameFailedRows } from '../../../src/uploads/import/failed-rows.ts'

const named = (name: string) => nameFailedRows({ file: { name } } as FileUpload)

describe('the name of a file of rows to correct', () => {
  it.each([
    ['march.csv', 'march - rows to correct.csv'],
    ['march - rows to correct.csv', 'march - rows to correct.csv'],
  ])('of %s is %s', (name, expected) => {
    expect(named(name)).toBe(expected)
  })

  it.each([
    ['letters', 'a'.repeat(251)],
    ['signs of two units', '📇'.repeat(125)],
    ['letters, corrected in part', `${'a'.repeat(240)} - rows to correct`],
  ])('keeps its ending and has at most 255 characters: %s', (_, base) => {
    const name = named(`${base}.csv`)

    expect(name.length).toBeLessThanOrEqual(255)
    expect(name).not.toMatch(/\p{Surrogate}/u)
    expect(name).toMatch(/^.+ - rows to correct\.csv$/u)
    expect(named(name)).toBe(name)
  })
})
