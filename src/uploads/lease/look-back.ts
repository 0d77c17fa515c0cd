/** Milliseconds: of a thousand files shared at once, the first period holds a handful, the second hundreds. */
const PERIODS_MS = [50, 1_000]

/**
 * The beginnings of longer and longer periods before a share, for a search of the last upload before it. The embedded
 * engine reads all that match and sorts them, so most of many files shared at once must be left out.
 */
export function lookBackFrom(sharedAt: Date): readonly Date[] {
  return PERIODS_MS.map((ms) => new Date(sharedAt.getTime() - ms))
}
