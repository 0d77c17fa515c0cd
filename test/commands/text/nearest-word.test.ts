import { describe, expect, it } from 'vitest'
import { nearestWord } from '../../../commands/text/nearest-word.ts'
import { editDistance } from '../../../src/edit-distance.ts'

const WORDS = ['recent', 'show', 'compare', 'mapping', 'undo']

describe('the nearest word', () => {
  it.each([
    ['recnet', 'recent'],
    ['RECENTS', 'recent'],
    ['sow', 'show'],
    ['comapre', 'compare'],
    ['undoo', 'undo'],
    ['maping', 'mapping'],
  ])('to %s is %s', (typed, meant) => {
    expect(nearestWord(typed, WORDS)).toBe(meant)
  })

  it.each(['', 'x', 'delete', 'constructor', '__proto__', '😀', 'a'.repeat(10_000)])(
    'to "%s" there is none',
    (typed) => {
      expect(nearestWord(typed, WORDS)).toBeUndefined()
    },
  )
})

it.each([
  ['', '', 0],
  ['abc', '', 3],
  ['recent', 'recnet', 1],
  ['kitten', 'sitting', 3],
])('from %s to %s it takes %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})
