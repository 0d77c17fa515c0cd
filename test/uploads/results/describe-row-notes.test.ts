import { expect, it } from 'vitest'
import { describeRowNotes } from '../../../src/uploads/results/index.ts'

it('counts the rows with words for nothing in one sentence, whatever column holds the first of them', () => {
  const notes = describeRowNotes([
    { code: 'blank_word', column: 'Due', rows: 3 },
    { code: 'phone_left_out', column: 'Phone', rows: 2 },
    { code: 'blank_word', column: 'Name', rows: 1 },
  ])
  expect(notes).toHaveLength(2)
  expect(notes[0]).toMatch(/^In 4 rows .*"Due"/u)
})
