import { describe, expect, it } from 'vitest'
import { nameLines } from '../../../commands/reply/name-lines.ts'

describe('lines of a file in a sentence', () => {
  it.each<[number[], string]>([
    [[4], 'Line 4'],
    [[4, 5], 'Lines 4 and 5'],
    [[2, 5, 9], 'Lines 2, 5 and 9'],
    [[2, 3, 4], 'Lines 2–4'],
    [[2, 3, 4, 5, 6, 9], 'Lines 2–6 and 9'],
    [[2, 4, 5, 7, 8, 9], 'Lines 2, 4, 5 and 7–9'],
  ])('%j are "%s"', (lines, words) => {
    expect(nameLines(lines, { file: { name: 'list.csv' } })).toEqual({ bold: words })
    const sheet = { name: 'April', position: 1 }
    expect(nameLines(lines, { file: { name: 'list.xlsx', sheet } })).toEqual({
      bold: words.replace('Line', 'Row'),
    })
  })
})
