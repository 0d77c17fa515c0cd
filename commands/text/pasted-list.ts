/** A list written into a message instead of shared as a file. */
type PastedList = 'link' | 'rows'

/** Addresses of lists that the bot cannot open. */
const LIST_LINK =
  /https?:\/\/(?:[\w-]+\.)*(?:docs\.google\.com|drive\.google\.com|sheets\.google\.com|sharepoint\.com|onedrive\.live\.com|1drv\.ms|dropbox\.com|airtable\.com)\b/i
const CELL_ENDS = /[\t;|,]/
const PHONE = /\+?\d[\d\s().-]{6,}\d/
const MIN_ROWS = 2

/** @returns undefined for other texts */
export function findPastedList(text: string): PastedList | undefined {
  if (LIST_LINK.test(text)) return 'link'
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isRow = (line: string) => CELL_ENDS.test(line) || PHONE.test(line)
  return lines.length >= MIN_ROWS && lines.filter(isRow).length >= MIN_ROWS ? 'rows' : undefined
}
