import type { Inline } from './reply.ts'

/** `Line 4`, `Lines 2, 5 and 9`. */
export function nameLines(lines: readonly number[]): Inline {
  return {
    bold:
      lines.length === 1 ? `Line ${lines[0]}` : `Lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`,
  }
}

/** Rows of which the same is to be said, together: in the order of the first, each with all its lines. */
export function groupLines<T extends { readonly line: number }>(
  rows: readonly T[],
  sayingOf: (row: T) => string,
): { readonly lines: readonly number[]; readonly first: T }[] {
  const groups = new Map<string, { lines: number[]; first: T }>()
  for (const row of rows) {
    const saying = sayingOf(row)
    const known = groups.get(saying)
    if (known) known.lines.push(row.line)
    else groups.set(saying, { lines: [row.line], first: row })
  }
  return [...groups.values()]
}
