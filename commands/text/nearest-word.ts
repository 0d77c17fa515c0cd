import { editDistance } from '../../src/edit-distance.ts'

/** Letters that may be wrong in a word of this length for it to count as meant. */
const maxWrong = (length: number): number => (length <= 3 ? 1 : length <= 6 ? 2 : 3)

/** The known word somebody probably meant; undefined where none is near. Of two equally near ones the first. */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const word = typed.toLowerCase()
  let nearest: { readonly word: string; readonly distance: number } | undefined
  for (const candidate of known) {
    // A longer word has no business here, and would only cost time.
    if (Math.abs(candidate.length - word.length) > maxWrong(candidate.length)) continue
    const distance = editDistance(word, candidate)
    if (distance <= maxWrong(candidate.length) && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
      nearest = { word: candidate, distance }
  }
  return nearest?.word
}
