import type { ListFormat } from '../../src/lists/index.ts'
import { plural } from '../reply/index.ts'

/** Splits `as xlsx` off the end of what somebody typed; without it a list is a CSV. */
export function takeFormat(text: string): { readonly text: string; readonly format: ListFormat } {
  const match = /(?:^|\s+)as\s+(?:an?\s+)?\.?(csv|xlsx|excel|workbook)$/i.exec(text.trim())
  const word = match?.[1]?.toLowerCase()
  const format = word === undefined || word === 'csv' ? 'csv' : 'xlsx'
  return { text: match ? text.trim().slice(0, match.index) : text, format }
}

/** What a list could not hold, as a sentence behind the one that says where it is. */
export function describeCut(sent: string | undefined, cutCells: number): string | undefined {
  if (sent === undefined || cutCells === 0) return sent
  return `${sent} ${plural(cutCells, 'cell')} with more than 32,767 characters, which is all Excel holds, had to be cut: a CSV has them whole.`
}
