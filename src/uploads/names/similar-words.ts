import { editDistance } from '../../edit-distance.ts'

/** A shorter word with one changed letter is another word: `Ram` and `Raj`. */
const MIN_LETTERS = 4
/** Minimum length of a word with two wrong letters. */
const MIN_LETTERS_FOR_TWO = 6
const MAX_LETTERS = 30
const NAME_WORD = /^[\p{L}\p{M}]+$/u
/** The mark before the letters of a city's word; the word of a name has none. */
const MARK = /^:/

/** True if the word of a name or a city can be recognised with a wrong letter. */
export function isNameWord(word: string): boolean {
  const { letters } = takeMark(word)
  return NAME_WORD.test(letters) && letters.length >= MIN_LETTERS && letters.length <= MAX_LETTERS
}

/** Names and cities have keys of their own, so neither is found in place of the other. */
function takeMark(word: string): { readonly mark: string; readonly letters: string } {
  const mark = MARK.exec(word)?.[0] ?? ''
  return { mark, letters: word.slice(mark.length) }
}

/** Number of letters that may be wrong in a word of this length. */
function maxWrongLetters(word: string): number {
  if (word.length < MIN_LETTERS) return 0
  return word.length < MIN_LETTERS_FOR_TWO ? 1 : 2
}

/**
 * The halves and thirds of a word, each with its position and the word's length. One wrong letter leaves a
 * half intact, two leave a third.
 */
export function keysOfWord(word: string): string[] {
  const { mark, letters } = takeMark(word)
  return [2, 3].flatMap((parts) =>
    piecesOf(letters.length, parts).map(
      ([from, to], at) => mark + keyOf(parts, at, letters.length, letters.slice(from, to)),
    ),
  )
}

/** The keys of words with this many wrong letters: their parts are shifted by at most this many positions. */
export function keysNear(word: string, wrong: 1 | 2): string[] {
  const { mark, letters } = takeMark(word)
  const parts = wrong + 1
  const keys = new Set<string>()
  for (let length = letters.length - wrong; length <= letters.length + wrong; length += 1) {
    if (length < MIN_LETTERS) continue
    for (const [at, [from, to]] of piecesOf(length, parts).entries())
      for (let shift = -wrong; shift <= wrong; shift += 1) {
        const piece = from + shift < 0 ? '' : letters.slice(from + shift, to + shift)
        if (piece.length === to - from) keys.add(mark + keyOf(parts, at, length, piece))
      }
  }
  return [...keys]
}

/** The similar words, the nearest first; among equally near ones, those with the same start. */
export function rankSimilar(word: string, words: readonly string[]): string[] {
  const max = maxWrongLetters(takeMark(word).letters)
  return words
    .map((one) => ({ one, distance: editDistance(word, one) }))
    .filter(({ distance }) => distance > 0 && distance <= max)
    .sort(
      (a, b) =>
        a.distance - b.distance ||
        Number(startsAlike(b.one, word)) - Number(startsAlike(a.one, word)) ||
        (a.one < b.one ? -1 : 1),
    )
    .map(({ one }) => one)
}

const startsAlike = (one: string, other: string): boolean =>
  takeMark(one).letters[0] === takeMark(other).letters[0]

function piecesOf(length: number, parts: number): [number, number][] {
  const ends = Array.from({ length: parts }, (_, at) => Math.floor(((at + 1) * length) / parts))
  return ends.map((end, at) => [ends[at - 1] ?? 0, end])
}

const keyOf = (parts: number, at: number, length: number, piece: string): string =>
  `${parts}${at}${length}${piece}`
