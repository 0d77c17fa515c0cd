import type { FileUpload } from '../../models/index.ts'
import type { Inline } from './reply.ts'

/** The word for a file's row numbers: `line` for a text, `row` for a sheet. */
export function nameOfLine({ file }: Pick<FileUpload, 'file'>): 'line' | 'row' {
  return file.sheet ? 'row' : 'line'
}

/** `Line 4`, `Lines 2, 5 and 9`, `Lines 2–6 and 9`; for a sheet `Row 4`. */
export function nameLines(lines: readonly number[], upload: Pick<FileUpload, 'file'>): Inline {
  const noun = nameOfLine(upload) === 'row' ? 'Row' : 'Line'
  if (lines.length === 1) return { bold: `${noun} ${lines[0]}` }
  const runs = findRuns(lines).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
  return { bold: `${noun}s ${[runs.slice(0, -1).join(', '), runs.at(-1)].filter(Boolean).join(' and ')}` }
}

/** First and last of each run of lines; two neighbours are no run. */
function findRuns(lines: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const line of lines) {
    const run = runs.at(-1)
    if (run?.[1] === line - 1) run[1] = line
    else runs.push([line, line])
  }
  return runs.flatMap(([first, last]): [number, number][] =>
    last - first === 1
      ? [
          [first, first],
          [last, last],
        ]
      : [[first, last]],
  )
}

/** Groups rows with the same text, in the order of the first row, each with all its lines. */
export function groupLines<T extends { readonly line: number }>(
  rows: readonly T[],
  textOf: (row: T) => string,
): { readonly lines: readonly number[]; readonly first: T }[] {
  const groups = new Map<string, { lines: number[]; first: T }>()
  for (const row of rows) {
    const text = textOf(row)
    const known = groups.get(text)
    if (known) known.lines.push(row.line)
    else groups.set(text, { lines: [row.line], first: row })
  }
  return [...groups.values()]
}
