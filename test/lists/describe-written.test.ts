import { describe, expect, it } from 'vitest'
import { describeWritten } from '../../src/lists/index.ts'

describe('what is said of a list that was written', () => {
  it.each([
    [{ sheets: 1, longCells: 0 }, []],
    [
      { sheets: 3, longCells: 0 },
      ['The list has more rows than a sheet holds, so the workbook has 3 sheets.'],
    ],
    [
      { sheets: 1, longCells: 1 },
      ['One cell has more than 32,767 characters, the most Excel holds. #TOO_LONG! is in its place.'],
    ],
  ])('%j', (written, sentences) => {
    expect(describeWritten(written)).toEqual(sentences)
  })
})
