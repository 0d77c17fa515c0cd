import { editDistance } from '../../src/edit-distance.ts'

/** Number of wrong letters allowed in a word of this length. */
const maxWrong = (length: number): number => (length <= 3 ? 1 : length <= 6 ? 2 : 3)

/**
 * The known word that was probably meant; undefined if none is similar. The first of equally similar ones.
 */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const word = typed.toLowerCase()
  let nearest: { readonly word: string; readonly distance: number } | undefined
  for (const candidate of known) {
    // A much longer word cannot match and costs time.
    if (Math.abs(candidate.length - word.length) > maxWrong(candidate.length)) continue
    const distance = editDistance(word, candidate)
    if (distance <= maxWrong(candidate.length) && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
      nearest = { word: candidate, distance }
  }
  return nearest?.word
}
