/** Letters that may be wrong in a word of this length for it to count as meant. */
const mostWrong = (length: number): number => (length <= 3 ? 1 : length <= 6 ? 2 : 3)

/** The known word somebody probably meant; undefined where none is near. Of two equally near ones the first. */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const word = typed.toLowerCase()
  let nearest: { readonly word: string; readonly distance: number } | undefined
  for (const candidate of known) {
    // A longer word has no business here, and would only cost time.
    if (Math.abs(candidate.length - word.length) > mostWrong(candidate.length)) continue
    const distance = editDistance(word, candidate)
    if (distance <= mostWrong(candidate.length) && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
      nearest = { word: candidate, distance }
  }
  return nearest?.word
}

/**
 * Letters to insert, leave out, replace or swap with their neighbour until one word is the other (optimal string
 * alignment: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1]
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      )
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwapped) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1)
      current.push(least)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
