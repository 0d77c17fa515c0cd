import { describeWritten, type ListFormat, type WrittenList } from '../../src/lists/index.ts'

/** Removes `as xlsx` or `to excel` from the end of typed text; without it a list is a CSV. */
export function takeFormat(text: string): { readonly text: string; readonly format: ListFormat } {
  const match =
    /(?:^|\s+)(?:as|in|to|into)\s+(?:an?\s+)?\.?(csv|xlsx|xls|excel|workbook|spreadsheet)(?: file| sheet| format)?$/i.exec(
      text.trim(),
    )
  const word = match?.[1]?.toLowerCase()
  const format = word === undefined || word === 'csv' ? 'csv' : 'xlsx'
  return { text: match ? text.trim().slice(0, match.index) : text, format }
}

/** Sentences about what a workbook could not hold; undefined if it holds everything in one sheet. */
export function describeLimits(written: WrittenList): string | undefined {
  const sentences = describeWritten(written)
  if (written.longCells > 0) sentences.push('A CSV would hold everything.')
  return sentences.length > 0 ? sentences.join(' ') : undefined
}

/** Appends what a workbook could not hold to the sentence that says where it is. */
export function withLimits(sent: string | undefined, limits: string | undefined): string | undefined {
  return sent === undefined || limits === undefined ? sent : `${sent} ${limits}`
}
