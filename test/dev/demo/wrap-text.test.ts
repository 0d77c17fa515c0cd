import { expect, it } from 'vitest'
import { wrapText } from '../../../dev/demo/wrap-text.ts'

it.each([
  ['a line that fits', 'one two', 40, 'one two'],
  ['a long line', 'one two three four five six seven', 20, 'one two three four\nfive six seven'],
  ['the indent of a line', '    one two three four five six', 24, '    one two three four\n    five six'],
  ['an item of a list', '    • one two three four five six', 26, '    • one two three four\n      five six'],
  [
    'a word that is too long',
    'https://example.com/a/long/address yes',
    20,
    'https://example.com/a/long/address\nyes',
  ],
  ['a table', 'Rows  Created  Updated  Unchanged', 20, 'Rows  Created  Updated  Unchanged'],
  ['every line by itself', 'one two three four five\nsix', 20, 'one two three four\nfive\nsix'],
])('wraps %s between words', (_, text, columns, wrapped) => {
  expect(wrapText(text, columns)).toBe(wrapped)
})
