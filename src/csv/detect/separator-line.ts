import type { Delimiter } from './detect-table.ts'

/** Excel's own first line that names the separator. */
export interface SeparatorLine {
  /** Undefined where it names one that is not among ours. */
  readonly delimiter: Delimiter | undefined
  /** Characters of the line with its end. */
  readonly length: number
}

/**
 * Reads `sep=;`, which Excel writes and obeys as the first line of a CSV file; null where the first line is another.
 * Some programs quote it, or fill it up with separators.
 */
export function readSeparatorLine(text: string): SeparatorLine | null {
  const match = /^"?sep=(?<separator>[^\r\n"])"?[,;\t|]*(\r\n|\r|\n|$)/i.exec(text)
  const separator = match?.groups?.separator
  if (!match || separator === undefined) return null
  const isOurs = separator === ',' || separator === ';' || separator === '\t' || separator === '|'
  return { delimiter: isOurs ? separator : undefined, length: match[0].length }
}
