import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keysNear, keysOfWord, rankSimilar } from '../../../src/uploads/names/similar-words.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'
const letter = fc.constantFrom(...letters)
const word = (minLength: number) => fc.string({ unit: letter, minLength, maxLength: 20 })

/** True if a search for one word finds another. */
const isFound = (typed: string, stored: string, wrong: 1 | 2) =>
  keysOfWord(stored).some((key) => keysNear(typed, wrong).includes(key))

function change(text: string, at: number, how: number, other: string): string {
  const place = at % text.length
  if (how === 0) return text.slice(0, place) + text.slice(place + 1)
  if (how === 1) return text.slice(0, place) + other + text.slice(place)
  return text.slice(0, place) + other + text.slice(place + 1)
}

describe('a word with wrong letters', () => {
  const edit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), letter)

  it('shares a half with the word that was meant where one letter is wrong', () => {
    fc.assert(
      fc.property(word(5), edit, (stored, [at, how, other]) => {
        expect(isFound(change(stored, at, how, other), stored, 1)).toBe(true)
      }),
    )
  })

  it('shares a third where two are', () => {
    fc.assert(
      fc.property(word(6), edit, edit, (stored, [at, how, other], [at2, how2, other2]) => {
        const typed = change(change(stored, at, how, other), at2, how2, other2)
        expect(typed.length < 4 || isFound(typed, stored, 2)).toBe(true)
      }),
    )
  })

  it('shares a third where two neighbours are in each other’s place', () => {
    fc.assert(
      fc.property(word(6), fc.nat(), (stored, place) => {
        const at = place % (stored.length - 1)
        const typed = stored.slice(0, at) + stored.charAt(at + 1) + stored.charAt(at) + stored.slice(at + 2)
        expect(isFound(typed, stored, 2)).toBe(true)
      }),
    )
  })

  it.each([
    ['sharna', ['sharma', 'verma', 'sharman'], ['sharma', 'sharman']],
    ['rma', ['ram', 'rama'], []],
    ['ravj', ['ravi', 'raj', 'rani'], ['raj', 'ravi']],
    ['kushla', ['kushal', 'kusum'], ['kushal']],
    ['sharma', ['sharma'], []],
  ])('%s can mean of %j', (typed, words, meant) => {
    expect(rankSimilar(typed, words)).toEqual(meant)
  })
})
