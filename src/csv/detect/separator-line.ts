import type { Delimiter } from './detect-table.ts'

/** Excel's first line that names the separator. */
export interface SeparatorLine {
  /** Undefined if it is an unsupported one. */
  readonly delimiter: Delimiter | undefined
  /** Characters of the line with its end. */
  readonly length: number
}

/**
 * Reads `sep=;`, which Excel writes and obeys as a CSV's first line; null for any other line. Some programs
 * quote it, or pad it with separators.
 */
export function readSeparatorLine(text: string): SeparatorLine | null {
  const match = /^"?sep=(?<separator>[^\r\n"])"?[,;\t|]*(\r\n|\r|\n|$)/i.exec(text)
  const separator = match?.groups?.separator
  if (!match || separator === undefined) return null
  const isOurs = separator === ',' || separator === ';' || separator === '\t' || separator === '|'
  return { delimiter: isOurs ? separator : undefined, length: match[0].length }
}
