import { cleanText } from '../cells/index.ts'

/**
 * Finds the columns a person names: by the heading as written, else without regard to case, spaces and the form
 * of letters, else by the number from 1. A repeated heading gives several. @returns their indexes
 */
export function findNamedColumns(header: readonly string[], wanted: string): readonly number[] {
  const text = wanted.trim()
  const exact = indexesOf(header, (heading) => heading.trim() === text)
  if (exact.length > 0) return exact
  const folded = foldHeading(text)
  const named = folded === '' ? [] : indexesOf(header, (heading) => foldHeading(heading) === folded)
  if (named.length > 0) return named
  const at = /^\d{1,5}$/.test(text) ? Number(text) - 1 : -1
  return at >= 0 && at < header.length ? [at] : []
}

function indexesOf(header: readonly string[], isWanted: (heading: string) => boolean): number[] {
  return header.flatMap((heading, index) => (isWanted(heading) ? [index] : []))
}

function foldHeading(heading: string): string {
  return cleanText(heading).normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase()
}
